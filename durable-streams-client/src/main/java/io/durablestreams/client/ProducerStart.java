package io.durablestreams.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import io.durablestreams.client.DurableStreamException.Failure;

/**
 * What a producer has to know before its first request.
 *
 * @param contentType the content type of the stream
 * @param epoch the first epoch
 */
record ProducerStart(String contentType, long epoch) {

    /**
     * Learns both within the delivery timeout: for as long as messages may wait, and not only as often as a request of
     * its own is repeated. An epoch is taken once the content type is known.
     *
     * @param contentType asks for the content type, once for each subscription
     * @param url the stream, for failures
     */
    static Mono<ProducerStart> learn(
            Mono<String> contentType, ProducerSource source, ProducerSettings settings, URI url) {
        Timing timing = source.requests().timing();
        AtomicReference<@Nullable Throwable> last = new AtomicReference<>();
        return contentType
                .retryWhen(Retry.from(signals -> signals.concatMap(signal -> {
                    last.set(signal.failure());
                    return signal.failure() instanceof TransientStreamException passing
                            ? Mono.delay(delay(signal.totalRetries(), passing, settings, timing), timing.scheduler())
                            : Mono.error(signal.failure());
                })))
                .flatMap(type -> source.epochs().first(settings.epoch()).map(epoch -> new ProducerStart(type, epoch)))
                .timeout(
                        settings.deliveryTimeout(),
                        Mono.error(() -> notLearned(settings, url, last.get())),
                        timing.scheduler());
    }

    private static Duration delay(
            long retries, TransientStreamException failure, ProducerSettings settings, Timing timing) {
        return settings.backoff()
                .delay(
                        (int) Math.min(retries, Integer.MAX_VALUE),
                        timing.random().getAsDouble(),
                        failure.retryAfter());
    }

    private static DeliveryTimeoutException notLearned(ProducerSettings settings, URI url, @Nullable Throwable last) {
        return new DeliveryTimeoutException(Failure.of(
                StreamOperation.APPEND,
                url,
                "the content type of the stream, or the epoch to start with, could not be learned within "
                        + settings.deliveryTimeout() + ", and nothing is stored"
                        + (last == null ? "" : "; last failure: " + last.getMessage()),
                last));
    }
}
