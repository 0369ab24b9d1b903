package io.durablestreams.conformance.adapter;

import java.time.Duration;

import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.conformance.adapter.Failures.NotSupportedException;
import io.durablestreams.protocol.Backoff;

import static io.durablestreams.conformance.adapter.Command.accepted;

/**
 * Builds settings with the values of a command, one value after the other, so that the one that the library rejects is
 * the last one added.
 */
final class SettingsValidation {

    private SettingsValidation() {}

    static Mono<Result> validate(Command target) {
        String name = target.text("target");
        switch (name) {
            case "retry-options" -> retryOptions(target);
            case "idempotent-producer" -> producer(target);
            default -> throw new NotSupportedException("There are no settings '" + name + "'");
        }
        return Mono.just(Result.success());
    }

    private static void retryOptions(Command target) {
        Integer maxRetries = target.optionalInt("maxRetries");
        if (maxRetries != null) {
            accepted("maxRetries", () -> RequestSettings.DEFAULT.withMaxRetries(maxRetries));
        }
        Duration initialDelay = millis(target, "initialDelayMs", Backoff.DEFAULT.initialDelay());
        accepted("initialDelayMs", () -> new Backoff(initialDelay, initialDelay, 1));
        Duration maxDelay = millis(target, "maxDelayMs", Backoff.DEFAULT.maxDelay());
        accepted("maxDelayMs", () -> new Backoff(initialDelay, maxDelay, 1));
        Double multiplier = target.optionalDecimal("multiplier");
        if (multiplier != null) {
            accepted("multiplier", () -> new Backoff(initialDelay, maxDelay, multiplier));
        }
    }

    private static Duration millis(Command target, String name, Duration otherwise) {
        Long value = target.optionalNumber(name);
        return value != null ? Duration.ofMillis(value) : otherwise;
    }

    private static void producer(Command target) {
        ProducerSettings settings =
                accepted("epoch", () -> ProducerSettings.DEFAULT.withEpoch(target.numberOr("epoch", 0)));
        Integer maxBatchBytes = target.optionalInt("maxBatchBytes");
        if (maxBatchBytes != null) {
            accepted("maxBatchBytes", () -> settings.withMaxBatchBytes(maxBatchBytes));
        }
        Integer maxBatchItems = target.optionalInt("maxBatchItems");
        if (maxBatchItems != null) {
            accepted("maxBatchItems", () -> settings.withMaxBatchItems(maxBatchItems));
        }
        DurableStreamClient client = DurableStreamClient.create("http://localhost");
        String producerId = target.has("producerId") ? target.text("producerId") : "any";
        accepted("producerId", () -> client.stream("settings").producer(producerId, settings));
        client.dispose();
    }
}
