package io.durablestreams.protocol.json;

/** A body or a message is not valid JSON, or not JSON of the expected form. */
public final class InvalidJsonException extends RuntimeException {

    /** The value of {@link #position()} if the position is unknown: -1. */
    public static final long UNKNOWN_POSITION = -1;

    private final String reason;
    private final long position;

    InvalidJsonException(String reason, long position) {
        super("Invalid JSON" + (position >= 0 ? " at byte " + position : "") + ": " + reason);
        this.reason = reason;
        this.position = position;
    }

    /** Returns the reason, with at most a short excerpt of the content. */
    public String reason() {
        return reason;
    }

    /** Returns the position of the error, in bytes counted from 0, or {@link #UNKNOWN_POSITION}. */
    public long position() {
        return position;
    }
}
