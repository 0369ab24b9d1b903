package io.durablestreams.client.producer;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.exchange.FailureLog;

/**
 * Reports failed messages of {@code append} to the application, and logs which settings to change. Used only by tasks
 * of one {@link SerialLoop}.
 */
final class ProducerReports {

    private static final Logger log = LoggerFactory.getLogger(IdempotentProducer.class);

    private static final FailureLog.Kind NOT_STORED =
            new FailureLog.Kind(log, Level.ERROR, "messages of producers were not stored");
    private static final FailureLog.Kind RETRIES =
            new FailureLog.Kind(log, Level.WARN, "requests of producers failed and are repeated");
    private static final FailureLog.Kind HANDLER =
            new FailureLog.Kind(log, Level.ERROR, "failures of error handlers of producers");

    private final ProducerContext context;
    private final ProducerIdentity identity;
    private final ProducerErrorHandler errorHandler;
    private boolean warnedOfSize;

    ProducerReports(ProducerContext context, @Nullable ProducerErrorHandler errorHandler) {
        this.context = context;
        this.identity = context.identity();
        this.errorHandler = errorHandler != null ? errorHandler : this::logFailure;
    }

    void failed(DurableStreamException cause, List<byte[]> messages) {
        try {
            errorHandler.onFailure(cause, messages);
        } catch (Throwable failure) {
            failures(context)
                    .add(
                            HANDLER,
                            1,
                            failure,
                            () -> "The error handler of the producer for " + identity.url() + " failed: " + failure);
        }
    }

    private void logFailure(DurableStreamException cause, List<byte[]> messages) {
        failures(context)
                .add(
                        NOT_STORED,
                        messages.size(),
                        cause,
                        () -> messages.size() + " messages of producer '" + identity.producerId()
                                + "' were not stored: " + cause.getMessage());
    }

    /** A request failed, and is repeated within the delivery timeout. */
    void retrying(DurableStreamException cause) {
        retrying(context, cause);
    }

    static void retrying(ProducerContext context, DurableStreamException cause) {
        failures(context)
                .add(
                        RETRIES,
                        1,
                        cause,
                        () -> "A request of producer '" + context.identity().producerId() + "' failed and is repeated: "
                                + cause.getMessage());
    }

    private static FailureLog failures(ProducerContext context) {
        return context.requests().failures();
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
