package io.durablestreams.client.producer;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.SettingsChecks;
import io.durablestreams.protocol.producer.ClaimPolicy;

/**
 * Settings of an {@link IdempotentProducer}, grouped by subject. Start from {@link #DEFAULT} and change single
 * settings: {@code ProducerSettings.DEFAULT.withLinger(Duration.ZERO)}. Each change is checked at once.
 *
 * @param incarnation the numbers to start with, and the reaction to numbers that the server does not accept
 * @param batching when a batch is complete
 * @param buffering the limit of accepted messages, and the wait for room
 * @param delivery batches in flight, timeouts and retries. {@code deliveryTimeout} must be longer than {@code linger}
 */
public record ProducerSettings(Incarnation incarnation, Batching batching, Buffering buffering, Delivery delivery) {

    /** The default of every group. */
    public static final ProducerSettings DEFAULT =
            new ProducerSettings(Incarnation.DEFAULT, Batching.DEFAULT, Buffering.DEFAULT, Delivery.DEFAULT);

    /** @throws IllegalArgumentException if {@code linger} is not below {@code deliveryTimeout} */
    public ProducerSettings {
        SettingsChecks.require(
                batching.linger.compareTo(delivery.deliveryTimeout) < 0,
                "linger",
                "must be below deliveryTimeout (" + delivery.deliveryTimeout + ")",
                batching.linger);
    }

    /** Sets both {@code onFenced} and {@code onSequenceGap}: to claim the next epoch, or to fail. */
    public ProducerSettings withAutoClaim(boolean autoClaim) {
        ClaimPolicy policy = autoClaim ? ClaimPolicy.CLAIM : ClaimPolicy.FAIL;
        return withOnFenced(policy).withOnSequenceGap(policy);
    }

    /** Returns settings with the epoch to start with. */
    public ProducerSettings withEpoch(long epoch) {
        return with(new Incarnation(
                epoch,
                incarnation.sequence,
                incarnation.onFenced,
                incarnation.onSequenceGap,
                incarnation.acceptReplays));
    }

    /** Returns settings with the number of the first batch. */
    public ProducerSettings withSequence(long sequence) {
        return with(new Incarnation(
                incarnation.epoch,
                sequence,
                incarnation.onFenced,
                incarnation.onSequenceGap,
                incarnation.acceptReplays));
    }

    /** Returns settings with the reaction to another incarnation of the producer. */
    public ProducerSettings withOnFenced(ClaimPolicy onFenced) {
        return with(new Incarnation(
                incarnation.epoch,
                incarnation.sequence,
                onFenced,
                incarnation.onSequenceGap,
                incarnation.acceptReplays));
    }

    /** Returns settings with the reaction to a server that has lost the numbers of the producer. */
    public ProducerSettings withOnSequenceGap(ClaimPolicy onSequenceGap) {
        return with(new Incarnation(
                incarnation.epoch,
                incarnation.sequence,
                incarnation.onFenced,
                onSequenceGap,
                incarnation.acceptReplays));
    }

    /** Returns settings that accept, or do not accept, batches that were stored before this producer started. */
    public ProducerSettings withAcceptReplays(boolean acceptReplays) {
        return with(new Incarnation(
                incarnation.epoch,
                incarnation.sequence,
                incarnation.onFenced,
                incarnation.onSequenceGap,
                acceptReplays));
    }

    /** Returns settings with the longest time that a message waits for other messages of its batch. */
    public ProducerSettings withLinger(Duration linger) {
        return with(new Batching(linger, batching.maxBatchBytes, batching.maxBatchItems));
    }

    /** Returns settings with the size limit of a batch, in bytes. */
    public ProducerSettings withMaxBatchBytes(int maxBatchBytes) {
        return with(new Batching(batching.linger, maxBatchBytes, batching.maxBatchItems));
    }

    /** Returns settings with the largest number of messages in a batch. */
    public ProducerSettings withMaxBatchItems(int maxBatchItems) {
        return with(new Batching(batching.linger, batching.maxBatchBytes, maxBatchItems));
    }

    /** Returns settings with the size limit of all accepted messages that are not settled, in bytes. */
    public ProducerSettings withMaxBufferedBytes(long maxBufferedBytes) {
        return with(new Buffering(maxBufferedBytes, buffering.maxBlock));
    }

    /** Returns settings with the longest time that {@link IdempotentProducer#append} waits for room. */
    public ProducerSettings withMaxBlock(Duration maxBlock) {
        return with(new Buffering(buffering.maxBufferedBytes, maxBlock));
    }

    /** Returns settings with the largest number of batches in flight. */
    public ProducerSettings withMaxInFlight(int maxInFlight) {
        return with(new Delivery(maxInFlight, delivery.deliveryTimeout, delivery.requestTimeout, delivery.backoff));
    }

    /** Returns settings with the longest time from the acceptance of a message to its outcome. */
    public ProducerSettings withDeliveryTimeout(Duration deliveryTimeout) {
        return with(new Delivery(delivery.maxInFlight, deliveryTimeout, delivery.requestTimeout, delivery.backoff));
    }

    /** Returns settings with the longest wait for the response to one attempt. */
    public ProducerSettings withRequestTimeout(Duration requestTimeout) {
        return with(new Delivery(delivery.maxInFlight, delivery.deliveryTimeout, requestTimeout, delivery.backoff));
    }

    /** Returns settings with the waits between attempts. */
    public ProducerSettings withBackoff(Backoff backoff) {
        return with(new Delivery(delivery.maxInFlight, delivery.deliveryTimeout, delivery.requestTimeout, backoff));
    }

    private ProducerSettings with(Incarnation changed) {
        return new ProducerSettings(changed, batching, buffering, delivery);
    }

    private ProducerSettings with(Batching changed) {
        return new ProducerSettings(incarnation, changed, buffering, delivery);
    }

    private ProducerSettings with(Buffering changed) {
        return new ProducerSettings(incarnation, batching, changed, delivery);
    }

    private ProducerSettings with(Delivery changed) {
        return new ProducerSettings(incarnation, batching, buffering, changed);
    }

    /**
     * The numbers that a producer starts with, and its reaction to numbers that the server does not accept.
     *
     * @param epoch the incarnation of the producer id to start with. A writer that restarts under the same id needs a
     *     higher epoch than before, or an {@link EpochStore}, or {@code onFenced} to claim. The default is 0
     * @param sequence the number of the first batch in that epoch. Only for a writer that knows that all lower numbers
     *     are stored, and that no batch with this number can still be in flight. The default is 0
     * @param onFenced the reaction when another incarnation of the same id exists: the server knows a higher epoch, or
     *     the numbers of this epoch are taken. The default is {@link ClaimPolicy#FAIL}
     * @param onSequenceGap the reaction when the server misses batches that it had acknowledged, because it lost its
     *     state of the producer in a crash. The default is {@link ClaimPolicy#FAIL}
     * @param acceptReplays whether a batch that the server reports as stored before counts as success although this
     *     producer has not sent it before. Only for writers that replay the same input in the same batches. The default
     *     is false
     */
    public record Incarnation(
            long epoch, long sequence, ClaimPolicy onFenced, ClaimPolicy onSequenceGap, boolean acceptReplays) {

        /** Epoch 0, sequence 0, fails when the server does not accept its numbers, accepts no replays. */
        public static final Incarnation DEFAULT = new Incarnation(0, 0, ClaimPolicy.FAIL, ClaimPolicy.FAIL, false);

        /** @throws IllegalArgumentException if a number is negative or too large for the protocol */
        public Incarnation {
            SettingsChecks.requireProducerNumber("epoch", epoch);
            SettingsChecks.requireProducerNumber("sequence", sequence);
        }
    }

    /**
     * When a batch is complete.
     *
     * @param linger the longest time that a message waits for other messages of its batch. Zero sends at once. The
     *     default is 5 ms
     * @param maxBatchBytes the size limit of a batch. A larger message is sent in a batch of its own. If the server
     *     refuses a batch for its size, the producer lowers the limit. The default is 1 MiB
     * @param maxBatchItems the largest number of messages in a batch. The default is no limit, {@link
     *     Integer#MAX_VALUE}
     */
    public record Batching(Duration linger, int maxBatchBytes, int maxBatchItems) {

        /** 5 ms, 1 MiB, no limit of messages. */
        public static final Batching DEFAULT = new Batching(Duration.ofMillis(5), 1 << 20, Integer.MAX_VALUE);

        /** @throws IllegalArgumentException if {@code linger} is negative, or a limit is not positive */
        public Batching {
            SettingsChecks.requireNotNegative("linger", linger);
            SettingsChecks.requirePositive("maxBatchBytes", maxBatchBytes);
            SettingsChecks.requirePositive("maxBatchItems", maxBatchItems);
        }
    }

    /**
     * The limit of accepted messages, and the wait for room.
     *
     * @param maxBufferedBytes the size limit of all messages that are accepted and not yet settled. The default is 32
     *     MiB
     * @param maxBlock the longest time that {@link IdempotentProducer#append} waits for room. The default is 60 s
     */
    public record Buffering(long maxBufferedBytes, Duration maxBlock) {

        /** 32 MiB, 60 s. */
        public static final Buffering DEFAULT = new Buffering(32L << 20, Duration.ofSeconds(60));

        /**
         * @throws IllegalArgumentException if {@code maxBufferedBytes} is not positive, or {@code maxBlock} is negative
         */
        public Buffering {
            SettingsChecks.requirePositive("maxBufferedBytes", maxBufferedBytes);
            SettingsChecks.requireNotNegative("maxBlock", maxBlock);
        }
    }

    /**
     * Batches in flight, timeouts and retries.
     *
     * @param maxInFlight the largest number of batches in flight. The default is 5
     * @param deliveryTimeout the longest time from the acceptance of a message to its outcome. The default is 2 min
     * @param requestTimeout the longest wait for the response to one attempt. The default is 30 s
     * @param backoff the waits between attempts. The default is {@link Backoff#DEFAULT}
     */
    public record Delivery(int maxInFlight, Duration deliveryTimeout, Duration requestTimeout, Backoff backoff) {

        /** 5 batches, 2 min, 30 s, {@link Backoff#DEFAULT}. */
        public static final Delivery DEFAULT =
                new Delivery(5, Duration.ofMinutes(2), Duration.ofSeconds(30), Backoff.DEFAULT);

        /** @throws IllegalArgumentException if a component is not positive */
        public Delivery {
            SettingsChecks.requirePositive("maxInFlight", maxInFlight);
            SettingsChecks.requirePositive("deliveryTimeout", deliveryTimeout);
            SettingsChecks.requirePositive("requestTimeout", requestTimeout);
        }
    }
}
