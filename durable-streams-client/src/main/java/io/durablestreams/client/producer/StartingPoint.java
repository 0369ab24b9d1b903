package io.durablestreams.client.producer;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.StreamRequests.RefusedCredentials;
import io.durablestreams.client.exchange.Timing;

/**
 * The data that a producer needs before its first request.
 *
 * @param contentType the content type of the stream
 * @param epoch the first epoch
 */
record StartingPoint(String contentType, long epoch) {

    /**
     * Learns the content type, and then the epoch. Both must be known within the delivery timeout, because messages
     * wait for them. The retry limit of other requests does not apply.
     *
     * @param contentType requests the content type, once for each subscription
     * @param context the context of the producer
     */
    static Mono<StartingPoint> learn(Mono<String> contentType, ProducerContext context) {
        return Mono.defer(() -> learnOnce(contentType, context));
    }

    private static Mono<StartingPoint> learnOnce(Mono<String> contentType, ProducerContext context) {
        Timing timing = context.timing();
        ProducerSettings settings = context.settings();
        AtomicReference<@Nullable Throwable> last = new AtomicReference<>();
        RefusedCredentials refused = new RefusedCredentials();
        long begunNanos = timing.nanos();
        return contentType
                .retryWhen(Retry.from(signals -> signals.concatMap(signal -> {
                    last.set(signal.failure());
                    if (isOverBefore(signal.failure(), begunNanos, context)) {
                        return Mono.error(notLearned(context, signal.failure()));
                    }
                    if (signal.failure() instanceof TransientStreamException passing) {
                        ProducerReports.retrying(context, passing);
                    }
                    return signal.failure() instanceof TransientStreamException || refused.mayAskAgain(signal.failure())
                            ? Mono.delay(delay(signal, settings, timing), timing.scheduler())
                            : Mono.error(signal.failure());
                })))
                .flatMap(type -> context.epochs()
                        .first(settings.incarnation().epoch())
                        .map(epoch -> new StartingPoint(type, epoch)))
                .timeout(
                        settings.delivery().deliveryTimeout(),
                        Mono.error(() -> notLearned(context, last.get())),
                        timing.scheduler());
    }

    /** Returns whether the delivery timeout is over before the end of the wait that the server asks for. */
    private static boolean isOverBefore(Throwable failure, long begunNanos, ProducerContext context) {
        Duration left = context.settings()
                .delivery()
                .deliveryTimeout()
                .minusNanos(context.timing().nanos() - begunNanos);
        return failure instanceof TransientStreamException passing
                && passing.retryAfter() != null
                && passing.retryAfter().compareTo(left) > 0;
    }

    private static Duration delay(Retry.RetrySignal signal, ProducerSettings settings, Timing timing) {
        return settings.delivery()
                .backoff()
                .delay(
                        (int) Math.min(signal.totalRetries(), Integer.MAX_VALUE),
                        timing.random().getAsDouble(),
                        signal.failure() instanceof TransientStreamException passing ? passing.retryAfter() : null);
    }

    private static DeliveryTimeoutException notLearned(ProducerContext context, @Nullable Throwable last) {
        return new DeliveryTimeoutException(context.identity()
                .failure(
                        "the content type of the stream, or the epoch to start with, could not be learned within "
                                + context.settings().delivery().deliveryTimeout() + ", and nothing is stored"
                                + (last == null ? "" : "; last failure: " + last.getMessage()),
                        last));
    }
}
