package io.durablestreams.client;

import java.time.Duration;
import java.util.function.Consumer;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.SettingsChecks;
import io.durablestreams.protocol.producer.ClaimPolicy;

/**
 * How a producer behaves.
 *
 * @param epoch the incarnation to start with; a writer that comes back under the same id needs a higher one than
 *     before, or an {@link EpochStore}, or {@code onFenced} to claim; the default is 0
 * @param sequence the number of the first batch in that epoch: right only for a writer that knows that those below it are
 *     stored, and that no batch with this number can still be under way; the default is 0
 * @param onFenced what to do when another incarnation of the same id is found (fenced, or its numbers are taken); the
 *     default is to fail
 * @param onSequenceGap what to do when the server misses what it had acknowledged, because it lost what it knew of the
 *     producer in a crash; the default is to fail
 * @param acceptReplays whether an answer that an append was stored before counts as success although this producer has
 *     not sent it before: right only for writers that replay the same input in the same batches; the default is false
 * @param linger longest wait of a message for others to share its batch; zero sends at once; the default is 5 ms
 * @param maxBatchBytes size limit of a batch, exceeded only by a single message that is larger, and lowered by a producer
 *     whose server takes less; the default is 1 MiB
 * @param maxBatchItems limit of messages in a batch; the default is no limit
 * @param maxInFlight number of batches under way at the same time; the default is 5
 * @param maxBufferedBytes bytes of messages accepted and not yet settled; the default is 32 MiB
 * @param maxBlock how long {@link IdempotentProducer#append} waits for room; the default is 60 s
 * @param deliveryTimeout longest time from the acceptance of a message to its outcome; the default is 2 min
 * @param requestTimeout longest wait for an answer, for each attempt; the default is 30 s
 * @param backoff the waits between the attempts
 */
public record ProducerSettings(
        long epoch,
        long sequence,
        ClaimPolicy onFenced,
        ClaimPolicy onSequenceGap,
        boolean acceptReplays,
        Duration linger,
        int maxBatchBytes,
        int maxBatchItems,
        int maxInFlight,
        long maxBufferedBytes,
        Duration maxBlock,
        Duration deliveryTimeout,
        Duration requestTimeout,
        Backoff backoff) {

    /** What the parameters' descriptions say. */
    public static final ProducerSettings DEFAULT = new ProducerSettings(
            0,
            0,
            ClaimPolicy.FAIL,
            ClaimPolicy.FAIL,
            false,
            Duration.ofMillis(5),
            1024 * 1024,
            Integer.MAX_VALUE,
            5,
            32L * 1024 * 1024,
            Duration.ofSeconds(60),
            Duration.ofMinutes(2),
            Duration.ofSeconds(30),
            Backoff.DEFAULT);

    public ProducerSettings {
        SettingsChecks.requireProducerNumber("epoch", epoch);
        SettingsChecks.requireProducerNumber("sequence", sequence);
        SettingsChecks.requireNotNegative("linger", linger);
        SettingsChecks.requirePositive("maxBatchBytes", maxBatchBytes);
        SettingsChecks.requirePositive("maxBatchItems", maxBatchItems);
        SettingsChecks.requirePositive("maxInFlight", maxInFlight);
        SettingsChecks.requirePositive("maxBufferedBytes", maxBufferedBytes);
        SettingsChecks.requireNotNegative("maxBlock", maxBlock);
        SettingsChecks.requirePositive("deliveryTimeout", deliveryTimeout);
        SettingsChecks.requirePositive("requestTimeout", requestTimeout);
        SettingsChecks.require(
                linger.compareTo(deliveryTimeout) < 0,
                "linger",
                "must be below deliveryTimeout (" + deliveryTimeout + ")",
                linger);
    }

    /** Sets both {@code onFenced} and {@code onSequenceGap}: to claim the next epoch, or to fail. */
    public ProducerSettings withAutoClaim(boolean autoClaim) {
        ClaimPolicy policy = autoClaim ? ClaimPolicy.CLAIM : ClaimPolicy.FAIL;
        return withOnFenced(policy).withOnSequenceGap(policy);
    }

    public ProducerSettings withEpoch(long epoch) {
        return with(copy -> copy.epoch = epoch);
    }

    public ProducerSettings withSequence(long sequence) {
        return with(copy -> copy.sequence = sequence);
    }

    public ProducerSettings withOnFenced(ClaimPolicy onFenced) {
        return with(copy -> copy.onFenced = onFenced);
    }

    public ProducerSettings withOnSequenceGap(ClaimPolicy onSequenceGap) {
        return with(copy -> copy.onSequenceGap = onSequenceGap);
    }

    public ProducerSettings withAcceptReplays(boolean acceptReplays) {
        return with(copy -> copy.acceptReplays = acceptReplays);
    }

    public ProducerSettings withLinger(Duration linger) {
        return with(copy -> copy.linger = linger);
    }

    public ProducerSettings withMaxBatchBytes(int maxBatchBytes) {
        return with(copy -> copy.maxBatchBytes = maxBatchBytes);
    }

    public ProducerSettings withMaxBatchItems(int maxBatchItems) {
        return with(copy -> copy.maxBatchItems = maxBatchItems);
    }

    public ProducerSettings withMaxInFlight(int maxInFlight) {
        return with(copy -> copy.maxInFlight = maxInFlight);
    }

    public ProducerSettings withMaxBufferedBytes(long maxBufferedBytes) {
        return with(copy -> copy.maxBufferedBytes = maxBufferedBytes);
    }

    public ProducerSettings withMaxBlock(Duration maxBlock) {
        return with(copy -> copy.maxBlock = maxBlock);
    }

    public ProducerSettings withDeliveryTimeout(Duration deliveryTimeout) {
        return with(copy -> copy.deliveryTimeout = deliveryTimeout);
    }

    public ProducerSettings withRequestTimeout(Duration requestTimeout) {
        return with(copy -> copy.requestTimeout = requestTimeout);
    }

    public ProducerSettings withBackoff(Backoff backoff) {
        return with(copy -> copy.backoff = backoff);
    }

    private ProducerSettings with(Consumer<Copy> change) {
        Copy copy = new Copy();
        change.accept(copy);
        return copy.settings();
    }

    /** The components, one of which is about to change. */
    private final class Copy {

        private long epoch = ProducerSettings.this.epoch;
        private long sequence = ProducerSettings.this.sequence;
        private ClaimPolicy onFenced = ProducerSettings.this.onFenced;
        private ClaimPolicy onSequenceGap = ProducerSettings.this.onSequenceGap;
        private boolean acceptReplays = ProducerSettings.this.acceptReplays;
        private Duration linger = ProducerSettings.this.linger;
        private int maxBatchBytes = ProducerSettings.this.maxBatchBytes;
        private int maxBatchItems = ProducerSettings.this.maxBatchItems;
        private int maxInFlight = ProducerSettings.this.maxInFlight;
        private long maxBufferedBytes = ProducerSettings.this.maxBufferedBytes;
        private Duration maxBlock = ProducerSettings.this.maxBlock;
        private Duration deliveryTimeout = ProducerSettings.this.deliveryTimeout;
        private Duration requestTimeout = ProducerSettings.this.requestTimeout;
        private Backoff backoff = ProducerSettings.this.backoff;

        ProducerSettings settings() {
            return new ProducerSettings(
                    epoch,
                    sequence,
                    onFenced,
                    onSequenceGap,
                    acceptReplays,
                    linger,
                    maxBatchBytes,
                    maxBatchItems,
                    maxInFlight,
                    maxBufferedBytes,
                    maxBlock,
                    deliveryTimeout,
                    requestTimeout,
                    backoff);
        }
    }
}
