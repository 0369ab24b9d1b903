package io.durablestreams.client.producer;

import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.protocol.AppendReceipt;

import static io.durablestreams.client.producer.ProducerChecks.require;

/** Adds up what the producer of a {@link ProducerSimulation} tells of itself. */
final class MetricsLedger implements ProducerMetricsRecorder {

    final Set<Enum<?>> seen = new HashSet<>();
    final Set<Throwable> causes = Collections.newSetFromMap(new IdentityHashMap<>());

    long messagesStarted;
    long messagesStored;
    long messagesFailed;
    long messagesFailedAlone;
    long messagesRefused;

    long bytesStarted;
    long bytesSettled;
    int batchesOpen;
    int inFlight;
    long buffered;
    boolean negativeLatency;

    @Override
    public void batchStarted(URI url, int messages, int bytes, double fill) {
        messagesStarted += messages;
        bytesStarted += bytes;
        batchesOpen++;
    }

    @Override
    public void batchSplit(URI url, int messages) {
        batchesOpen++;
    }

    @Override
    public void batchStored(URI url, int messages, int bytes, AppendReceipt.Outcome outcome, Duration latency) {
        seen.add(outcome);
        messagesStored += messages;
        bytesSettled += bytes;
        batchesOpen--;
        negativeLatency |= latency.isNegative();
    }

    @Override
    public void batchFailed(URI url, int messages, int bytes, DurableStreamException cause) {
        causes.add(cause);
        messagesFailed += messages;
        bytesSettled += bytes;
        batchesOpen--;
    }

    @Override
    public void messageFailed(URI url, DurableStreamException cause) {
        causes.add(cause);
        messagesFailedAlone++;
    }

    @Override
    public void messageRefused(URI url, DurableStreamException cause) {
        messagesRefused++;
    }

    @Override
    public void retrying(URI url, Cause cause) {
        seen.add(cause);
    }

    @Override
    public void inFlight(URI url, String producerId, int batches) {
        inFlight = batches;
    }

    @Override
    public void buffered(URI url, String producerId, long bytes) {
        buffered = bytes;
    }

    /** Everything that was begun has come to an end. */
    void requireBalance() {
        require(messagesStarted == messagesStored + messagesFailed, "messages are left over: " + this);
        require(bytesStarted == bytesSettled, "bytes are left over: " + this);
        require(batchesOpen == 0 && inFlight == 0 && buffered == 0, "something is left over: " + this);
        require(!negativeLatency, "a latency is negative");
    }

    @Override
    public String toString() {
        return messagesStarted + " messages of " + bytesStarted + " bytes started, " + messagesStored + " stored, "
                + messagesFailed + " failed, " + bytesSettled + " bytes settled, " + batchesOpen + " batches open, "
                + inFlight + " in flight, " + buffered + " bytes buffered";
    }
}
