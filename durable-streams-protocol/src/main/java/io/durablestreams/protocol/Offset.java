package io.durablestreams.protocol;

/**
 * A position in one stream, as a token that the server minted (protocol §8).
 *
 * <p>Offsets are opaque: they are never parsed, built or edited, only kept and sent back. Two offsets of the same
 * stream can be compared for equality and, byte by byte, for order; offsets of different streams have nothing to do
 * with each other. {@link #BEGINNING} and {@link #NOW} are requests rather than positions: a server resolves them and
 * answers with a real offset, and they are not comparable.
 *
 * @param value the token, at least one character, without white space or control characters
 */
public record Offset(String value) {

    /** Before the first byte of a stream ({@code -1} on the wire). */
    public static final Offset BEGINNING = new Offset("-1");

    /** The tail of the stream at the moment the server sees the request ({@code now} on the wire). */
    public static final Offset NOW = new Offset("now");

    public Offset {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("An offset must not be empty; use Offset.BEGINNING for the start");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c == 0x7f) {
                throw new IllegalArgumentException("Offset '" + value + "' has a white space or control character at "
                        + i + "; send back the token of the server unchanged");
            }
        }
    }

    /**
     * Returns the offset with this token; {@code -1} and {@code now} give the two sentinels.
     *
     * @param value a token that a server handed out, or a sentinel
     * @throws IllegalArgumentException when it is empty or contains white space or control characters
     */
    public static Offset of(String value) {
        return switch (value) {
            case "-1" -> BEGINNING;
            case "now" -> NOW;
            default -> new Offset(value);
        };
    }

    /** Whether this is {@link #BEGINNING} or {@link #NOW}, which name no position. */
    public boolean isSentinel() {
        return equals(BEGINNING) || equals(NOW);
    }

    /**
     * Whether this position comes before another one of the same stream.
     *
     * @param other an offset of the same stream
     * @return false also when either of the two is a sentinel
     */
    public boolean isBefore(Offset other) {
        // Tokens are URL-safe ASCII (§8), where the order of chars is the order of bytes.
        return !isSentinel() && !other.isSentinel() && value.compareTo(other.value) < 0;
    }

    @Override
    public String toString() {
        return value;
    }
}
