package io.durablestreams.client.error;

/** The operations on a stream. */
public enum StreamOperation {

    /** Create the stream (PUT). */
    CREATE("create"),

    /** Get the metadata of the stream (HEAD). */
    HEAD("get the metadata of"),

    /** Append messages to the stream (POST). */
    APPEND("append to"),

    /** Close the stream, with or without a final message (POST). */
    CLOSE("close"),

    /** Delete the stream (DELETE). */
    DELETE("delete"),

    /** Read the stream (GET). */
    READ("read");

    private final String verb;

    StreamOperation(String verb) {
        this.verb = verb;
    }

    String verb() {
        return verb;
    }
}
