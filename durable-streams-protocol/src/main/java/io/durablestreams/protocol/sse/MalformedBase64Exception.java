package io.durablestreams.protocol.sse;

/** The data of an event was announced as base64 and is not. */
public final class MalformedBase64Exception extends IllegalArgumentException {

    MalformedBase64Exception(String reason) {
        super("The data of a server-sent event is not base64: " + reason);
    }
}
