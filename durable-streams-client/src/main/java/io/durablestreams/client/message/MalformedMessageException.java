package io.durablestreams.client.message;

import tools.jackson.core.JacksonException;

/** A message of a JSON stream is not JSON. */
public final class MalformedMessageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedMessageException(JacksonException cause) {
        super("it is not JSON: " + cause.getOriginalMessage(), cause);
    }
}
