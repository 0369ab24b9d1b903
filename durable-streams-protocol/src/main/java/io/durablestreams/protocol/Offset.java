package io.durablestreams.protocol;

/**
 * A position in one stream, as a token issued by the server (protocol §8).
 *
 * <p>Offsets are opaque. Store them and send them back unchanged; do not parse, build or edit them. Two offsets of the
 * same stream can be compared for equality and, byte by byte, for order. Offsets of different streams cannot be
 * compared.
 *
 * <p>{@link #BEGINNING} and {@link #NOW} are sentinels, not positions. The server resolves them and answers with an
 * offset. They have no order.
 *
 * @param value the token; at least one character, all of them visible ASCII
 */
public record Offset(String value) {

    /** The sentinel for the beginning of a stream ({@code -1} on the wire). */
    public static final Offset BEGINNING = new Offset("-1");

    /** The sentinel for the tail of the stream when the server receives the request ({@code now} on the wire). */
    public static final Offset NOW = new Offset("now");

    /** @throws IllegalArgumentException if a component violates the constraint given for it */
    public Offset {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("An offset must not be empty; use Offset.BEGINNING for the start");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                throw new IllegalArgumentException("Offset '" + value + "' has a white space, control or non-ASCII"
                        + " character at " + i + "; send back the token of the server unchanged");
            }
        }
    }

    /**
     * Returns the offset with this token. The tokens {@code -1} and {@code now} return {@link #BEGINNING} and
     * {@link #NOW}.
     *
     * @param value a token issued by a server, or the token of a sentinel
     * @throws IllegalArgumentException if the token is empty, or has a character that is not visible ASCII
     */
    public static Offset of(String value) {
        return switch (value) {
            case "-1" -> BEGINNING;
            case "now" -> NOW;
            default -> new Offset(value);
        };
    }

    /** Returns whether this is {@link #BEGINNING} or {@link #NOW}. */
    public boolean isSentinel() {
        return equals(BEGINNING) || equals(NOW);
    }

    /**
     * Returns whether this position is before another position of the same stream.
     *
     * @param other an offset of the same stream
     * @return true if this offset is before the other; false if not, or if either is a sentinel
     */
    public boolean isBefore(Offset other) {
        // Tokens are URL-safe ASCII (§8), so the order of chars is the order of bytes.
        return !isSentinel() && !other.isSentinel() && value.compareTo(other.value) < 0;
    }

    @Override
    public String toString() {
        return value;
    }
}
