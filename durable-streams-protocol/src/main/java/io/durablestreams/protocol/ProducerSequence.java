package io.durablestreams.protocol;

/**
 * The number of one append within one incarnation of one producer (protocol §5.2.1): what makes a write idempotent.
 *
 * @param producerId identity of the writer, not empty
 * @param epoch incarnation of the writer, from 0 to {@link #MAX_VALUE}
 * @param seq number of the append (of the request, not of a message) within the epoch, from 0 to {@link #MAX_VALUE}
 */
public record ProducerSequence(String producerId, long epoch, long seq) {

    /** The largest epoch and sequence number: 2^53 - 1. */
    public static final long MAX_VALUE = (1L << 53) - 1;

    public ProducerSequence {
        if (producerId.isEmpty()) {
            throw new IllegalArgumentException("A producer id must not be empty");
        }
        SettingsChecks.requireProducerNumber("epoch", epoch);
        SettingsChecks.requireProducerNumber("seq", seq);
    }
}
