package io.durablestreams.conformance.adapter;

import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;

import io.durablestreams.client.metrics.ReadMetricsRecorder;

/** Counts the bytes of the content of all answers to reads. */
final class ReceivedBytes implements ReadMetricsRecorder {

    private final AtomicLong count = new AtomicLong();

    @Override
    public void bytesReceived(URI url, int bytes) {
        count.addAndGet(bytes);
    }

    /** Returns the count since this was last called. */
    long take() {
        return count.getAndSet(0);
    }
}
