package io.durablestreams.protocol.producer;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.StreamHeaders;

/** Parses the three producer headers of a request (protocol §5.2.1). */
public final class ProducerHeaders {

    private static final int MAX_DIGITS =
            String.valueOf(ProducerSequence.MAX_VALUE).length();

    private ProducerHeaders() {}

    /**
     * Returns the number of an append.
     *
     * @param id the value of {@code Producer-Id}, or null
     * @param epoch the value of {@code Producer-Epoch}, or null
     * @param seq the value of {@code Producer-Seq}, or null
     * @return the number, or null if all three values are null
     * @throws IllegalArgumentException if only one or two of the values are null, if the id is blank, or if the epoch
     *     or the sequence number is not a decimal number from 0 to 2^53-1
     */
    public static @Nullable ProducerSequence parse(@Nullable String id, @Nullable String epoch, @Nullable String seq) {
        if (id == null && epoch == null && seq == null) {
            return null;
        }
        if (id == null || epoch == null || seq == null) {
            throw new IllegalArgumentException(StreamHeaders.PRODUCER_ID + ", " + StreamHeaders.PRODUCER_EPOCH + " and "
                    + StreamHeaders.PRODUCER_SEQ + " belong together: send all three or none");
        }
        if (id.isBlank()) {
            throw new IllegalArgumentException(StreamHeaders.PRODUCER_ID + " must not be empty");
        }
        return new ProducerSequence(
                id, number(StreamHeaders.PRODUCER_EPOCH, epoch), number(StreamHeaders.PRODUCER_SEQ, seq));
    }

    private static long number(String header, String value) {
        String digits = withoutLeadingZeros(value);
        if (!value.isEmpty() && digits.length() <= MAX_DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            long number = digits.isEmpty() ? 0 : Long.parseLong(digits);
            if (number <= ProducerSequence.MAX_VALUE) {
                return number;
            }
        }
        throw new IllegalArgumentException(header + " must be digits that make a number from 0 to "
                + ProducerSequence.MAX_VALUE + ", but is '" + value + "'");
    }

    private static String withoutLeadingZeros(String value) {
        int from = 0;
        while (from < value.length() && value.charAt(from) == '0') {
            from++;
        }
        return value.substring(from);
    }
}
