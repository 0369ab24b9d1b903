package io.durablestreams.protocol;

/**
 * The number of one append of an idempotent producer (protocol §5.2.1). A server stores an append with the same number
 * only once.
 *
 * @param producerId the identity of the writer; not empty
 * @param epoch the incarnation of the writer, from 0 to {@link #MAX_VALUE}
 * @param seq the number of the append within the epoch, from 0 to {@link #MAX_VALUE}; counts requests, not messages
 */
public record ProducerSequence(String producerId, long epoch, long seq) {

    /** The largest epoch and the largest sequence number: 2^53 - 1. */
    public static final long MAX_VALUE = (1L << 53) - 1;

    /** @throws IllegalArgumentException if a component violates the constraint given for it */
    public ProducerSequence {
        if (producerId.isEmpty()) {
            throw new IllegalArgumentException("A producer id must not be empty");
        }
        SettingsChecks.requireProducerNumber("epoch", epoch);
        SettingsChecks.requireProducerNumber("seq", seq);
    }
}
