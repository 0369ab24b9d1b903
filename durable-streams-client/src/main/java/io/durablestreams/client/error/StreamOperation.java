package io.durablestreams.client.error;

/** What a request wants of a stream. */
public enum StreamOperation {
    CREATE("create"),
    HEAD("get the metadata of"),
    APPEND("append to"),
    CLOSE("close"),
    DELETE("delete"),
    READ("read");

    private final String verb;

    StreamOperation(String verb) {
        this.verb = verb;
    }

    String verb() {
        return verb;
    }
}
