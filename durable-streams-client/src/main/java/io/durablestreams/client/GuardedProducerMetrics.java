package io.durablestreams.client;

import java.net.URI;
import java.time.Duration;

import io.durablestreams.protocol.AppendReceipt;

/** Passes on what an application's recorder has to hear, and keeps to itself what that throws. */
final class GuardedProducerMetrics implements ProducerMetricsRecorder {

    private final ProducerMetricsRecorder recorder;
    private final RecorderGuard guard;

    private GuardedProducerMetrics(ProducerMetricsRecorder recorder) {
        this.recorder = recorder;
        this.guard = new RecorderGuard(recorder);
    }

    static ProducerMetricsRecorder of(ProducerMetricsRecorder recorder) {
        return recorder == NONE ? NONE : new GuardedProducerMetrics(recorder);
    }

    @Override
    public void batchStarted(URI url, int messages, int bytes, double fill) {
        guard.run(() -> recorder.batchStarted(url, messages, bytes, fill));
    }

    @Override
    public void batchSplit(URI url, int messages) {
        guard.run(() -> recorder.batchSplit(url, messages));
    }

    @Override
    public void batchStored(URI url, int messages, int bytes, AppendReceipt.Outcome outcome, Duration latency) {
        guard.run(() -> recorder.batchStored(url, messages, bytes, outcome, latency));
    }

    @Override
    public void batchFailed(URI url, int messages, int bytes, DurableStreamException cause) {
        guard.run(() -> recorder.batchFailed(url, messages, bytes, cause));
    }

    @Override
    public void messageFailed(URI url, DurableStreamException cause) {
        guard.run(() -> recorder.messageFailed(url, cause));
    }

    @Override
    public void messageRefused(URI url, DurableStreamException cause) {
        guard.run(() -> recorder.messageRefused(url, cause));
    }

    @Override
    public void retrying(URI url, Cause cause) {
        guard.run(() -> recorder.retrying(url, cause));
    }

    @Override
    public void fenced(URI url, long currentEpoch) {
        guard.run(() -> recorder.fenced(url, currentEpoch));
    }

    @Override
    public void gap(URI url, long expectedSeq) {
        guard.run(() -> recorder.gap(url, expectedSeq));
    }

    @Override
    public void epochRaised(URI url, long epoch) {
        guard.run(() -> recorder.epochRaised(url, epoch));
    }

    @Override
    public void inFlight(URI url, String producerId, int batches) {
        guard.run(() -> recorder.inFlight(url, producerId, batches));
    }

    @Override
    public void buffered(URI url, String producerId, long bytes) {
        guard.run(() -> recorder.buffered(url, producerId, bytes));
    }
}
