package io.durablestreams.autoconfigure;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.producer.ProducerErrorHandler;

/** Keeps what it is told. */
final class RecordingErrorHandler implements ProducerErrorHandler {

    private final BlockingQueue<String> failures = new LinkedBlockingQueue<>();

    @Override
    public void onFailure(DurableStreamException cause, List<byte[]> messages) {
        failures.add(messages.size() + " messages: " + cause.getMessage());
    }

    List<String> reportedSoFar() {
        return List.copyOf(failures);
    }

    /** Waits for the next failure. */
    String next() {
        try {
            return String.valueOf(failures.poll(Contexts.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
