package io.durablestreams.client.error;

/** The answer breaks the protocol: a header is missing, content does not parse, or no stream server answered. */
public class StreamProtocolException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    public StreamProtocolException(Failure failure) {
        super(failure);
    }
}
