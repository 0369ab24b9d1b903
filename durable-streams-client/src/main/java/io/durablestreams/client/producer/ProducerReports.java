package io.durablestreams.client.producer;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.durablestreams.client.error.DurableStreamException;

/**
 * Reports failed messages of {@code append} to the application, and logs which settings to change. Used only by tasks
 * of one {@link SerialLoop}.
 */
final class ProducerReports {

    private static final Logger log = LoggerFactory.getLogger(IdempotentProducer.class);

    private final ProducerIdentity identity;
    private final ProducerErrorHandler errorHandler;
    private boolean warnedOfSize;

    ProducerReports(ProducerIdentity identity, @Nullable ProducerErrorHandler errorHandler) {
        this.identity = identity;
        this.errorHandler = errorHandler != null ? errorHandler : this::logFailure;
    }

    void failed(DurableStreamException cause, List<byte[]> messages) {
        try {
            errorHandler.onFailure(cause, messages);
        } catch (Throwable failure) {
            log.error("The error handler of the producer for {} failed", identity.url(), failure);
        }
    }

    private void logFailure(DurableStreamException cause, List<byte[]> messages) {
        log.error("{} messages of producer '{}' were not stored", messages.size(), identity.producerId(), cause);
    }

    /** The server has refused a batch for its size. Logged once, because the consequence is the same each time. */
    void tooLarge(int refusedBytes, int newLimit) {
        if (!warnedOfSize) {
            warnedOfSize = true;
            log.warn(
                    "The server refuses a batch of {} bytes for {} as too large. It goes out in halves, and later batches"
                            + " of producer '{}' get {} bytes at most, or less if that is refused as well. Set"
                            + " durable-streams.producer.max-batch-bytes (ProducerSettings.withMaxBatchBytes) to what the"
                            + " server takes",
                    refusedBytes,
                    identity.url(),
                    identity.producerId(),
                    newLimit);
        }
    }
}
