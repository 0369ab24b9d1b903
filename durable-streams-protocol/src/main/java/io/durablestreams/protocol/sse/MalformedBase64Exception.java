package io.durablestreams.protocol.sse;

/** The data of an event is not base64, although the response announced this encoding. */
public final class MalformedBase64Exception extends IllegalArgumentException {

    MalformedBase64Exception(String reason) {
        super("The data of a server-sent event is not base64: " + reason);
    }
}
