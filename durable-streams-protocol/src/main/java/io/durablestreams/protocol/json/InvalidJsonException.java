package io.durablestreams.protocol.json;

/** A body, or a message, is not the JSON that it has to be. */
public final class InvalidJsonException extends RuntimeException {

    /** The {@link #position()} of an error whose place is not known. */
    public static final long UNKNOWN_POSITION = -1;

    private final String reason;
    private final long position;

    InvalidJsonException(String reason, long position) {
        super("Invalid JSON" + (position >= 0 ? " at byte " + position : "") + ": " + reason);
        this.reason = reason;
        this.position = position;
    }

    /** What is wrong, with no more than a short excerpt of the content. */
    public String reason() {
        return reason;
    }

    /** Where it is wrong, in bytes from 0, or {@link #UNKNOWN_POSITION}. */
    public long position() {
        return position;
    }
}
