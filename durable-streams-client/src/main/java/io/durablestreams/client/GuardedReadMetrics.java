package io.durablestreams.client;

import java.net.URI;
import java.time.Duration;

/** Passes on what an application's recorder has to hear, and keeps to itself what that throws. */
final class GuardedReadMetrics implements ReadMetricsRecorder {

    private final ReadMetricsRecorder recorder;
    private final RecorderGuard guard;

    private GuardedReadMetrics(ReadMetricsRecorder recorder) {
        this.recorder = recorder;
        this.guard = new RecorderGuard(recorder);
    }

    static ReadMetricsRecorder of(ReadMetricsRecorder recorder) {
        return recorder == NONE ? NONE : new GuardedReadMetrics(recorder);
    }

    @Override
    public void liveReadStarted(URI url) {
        guard.run(() -> recorder.liveReadStarted(url));
    }

    @Override
    public void liveReadEnded(URI url) {
        guard.run(() -> recorder.liveReadEnded(url));
    }

    @Override
    public void liveConnectionsExhausted(URI url) {
        guard.run(() -> recorder.liveConnectionsExhausted(url));
    }

    @Override
    public void bytesReceived(URI url, int bytes) {
        guard.run(() -> recorder.bytesReceived(url, bytes));
    }

    @Override
    public void batchRead(URI url, int items) {
        guard.run(() -> recorder.batchRead(url, items));
    }

    @Override
    public void upToDate(URI url) {
        guard.run(() -> recorder.upToDate(url));
    }

    @Override
    public void reconnecting(URI url, Cause cause, Duration delay) {
        guard.run(() -> recorder.reconnecting(url, cause, delay));
    }
}
