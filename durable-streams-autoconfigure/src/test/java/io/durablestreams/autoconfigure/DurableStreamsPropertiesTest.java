package io.durablestreams.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.client.cache.ReadCacheSettings;
import io.durablestreams.client.exchange.ConnectionSettings;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.producer.ClaimPolicy;
import io.durablestreams.protocol.reader.RestartPolicy;

import static org.assertj.core.api.Assertions.assertThat;

class DurableStreamsPropertiesTest {

    @Test
    void theDefaultsAreThoseOfTheClient() {
        DurableStreamsProperties properties = bind(Map.of());

        assertThat(properties.toConnectionSettings()).isEqualTo(ConnectionSettings.DEFAULT);
        assertThat(properties.request().toSettings()).isEqualTo(RequestSettings.DEFAULT);
        assertThat(properties.reader().toSettings()).isEqualTo(ReaderSettings.DEFAULT);
        assertThat(properties.reader().cache().enabled()).isFalse();
        assertThat(properties.reader().cache().toSettings()).isEqualTo(ReadCacheSettings.DEFAULT);
        assertThat(properties.producer().toSettings()).isEqualTo(ProducerSettings.DEFAULT);
        assertThat(properties.url()).isNull();
        assertThat(properties.headers()).isEmpty();
    }

    @Test
    void everyConnectionKeyReachesItsSetting() {
        DurableStreamsProperties properties = bind(Map.of(
                "durable-streams.request.max-connections", "3", "durable-streams.reader.max-live-connections", "4"));

        assertThat(properties.toConnectionSettings())
                .isEqualTo(ConnectionSettings.DEFAULT.withMaxConnections(3).withMaxLiveConnections(4));
    }

    @Test
    void everyRequestKeyReachesItsSetting() {
        DurableStreamsProperties properties =
                bind(Map.of("durable-streams.request.timeout", "7s", "durable-streams.request.max-retries", "9"));

        assertThat(properties.request().toSettings())
                .isEqualTo(RequestSettings.DEFAULT
                        .withTimeout(Duration.ofSeconds(7))
                        .withMaxRetries(9));
    }

    @Test
    void everyReaderKeyReachesItsSetting() {
        DurableStreamsProperties properties = bind(Map.of(
                "durable-streams.reader.request-timeout", "1s",
                "durable-streams.reader.long-poll-timeout", "2s",
                "durable-streams.reader.sse-idle-timeout", "3s",
                "durable-streams.reader.part-bytes", "4KB",
                "durable-streams.reader.max-message-bytes", "5KB",
                "durable-streams.reader.max-retries", "6",
                "durable-streams.reader.max-live-retries", "7",
                "durable-streams.reader.max-retry-after", "8m",
                "durable-streams.reader.when-gone", "from-beginning",
                "durable-streams.reader.when-recreated", "from-now"));

        assertThat(properties.reader().toSettings())
                .isEqualTo(ReaderSettings.DEFAULT
                        .withRequestTimeout(Duration.ofSeconds(1))
                        .withLongPollTimeout(Duration.ofSeconds(2))
                        .withSseIdleTimeout(Duration.ofSeconds(3))
                        .withPartBytes(4096)
                        .withMaxMessageBytes(5120)
                        .withMaxRetries(6)
                        .withMaxLiveRetries(7)
                        .withMaxRetryAfter(Duration.ofMinutes(8))
                        .withWhenGone(RestartPolicy.FROM_BEGINNING)
                        .withWhenRecreated(RestartPolicy.FROM_NOW));
    }

    @Test
    void everyCacheKeyReachesItsSetting() {
        DurableStreamsProperties properties = bind(Map.of(
                "durable-streams.reader.cache.enabled", "true",
                "durable-streams.reader.cache.max-bytes", "3GB",
                "durable-streams.reader.cache.max-answer-bytes", "100MB"));

        assertThat(properties.reader().cache().enabled()).isTrue();
        assertThat(properties.reader().cache().toSettings()).isEqualTo(new ReadCacheSettings(3L << 30, 100 << 20));
    }

    @Test
    void autoClaimIsWhatHoldsForFencesAndGapsThatAreNotSet() {
        ProducerSettings claiming = bind(Map.of("durable-streams.producer.auto-claim", "true"))
                .producer()
                .toSettings();
        ProducerSettings fencedOnly = bind(Map.of(
                        "durable-streams.producer.auto-claim", "true",
                        "durable-streams.producer.on-sequence-gap", "fail"))
                .producer()
                .toSettings();

        assertThat(claiming).isEqualTo(ProducerSettings.DEFAULT.withAutoClaim(true));
        assertThat(fencedOnly).isEqualTo(ProducerSettings.DEFAULT.withOnFenced(ClaimPolicy.CLAIM));
    }

    @Test
    void everyProducerKeyReachesItsSetting() {
        DurableStreamsProperties properties = bind(Map.ofEntries(
                Map.entry("durable-streams.producer.epoch", "1"),
                Map.entry("durable-streams.producer.sequence", "2"),
                Map.entry("durable-streams.producer.on-fenced", "claim"),
                Map.entry("durable-streams.producer.on-sequence-gap", "claim"),
                Map.entry("durable-streams.producer.accept-replays", "true"),
                Map.entry("durable-streams.producer.linger", "2ms"),
                Map.entry("durable-streams.producer.max-batch-bytes", "3KB"),
                Map.entry("durable-streams.producer.max-batch-items", "4"),
                Map.entry("durable-streams.producer.max-in-flight", "6"),
                Map.entry("durable-streams.producer.max-buffered-bytes", "3GB"),
                Map.entry("durable-streams.producer.max-block", "7s"),
                Map.entry("durable-streams.producer.delivery-timeout", "8s"),
                Map.entry("durable-streams.producer.request-timeout", "9s")));

        assertThat(properties.producer().toSettings())
                .isEqualTo(ProducerSettings.DEFAULT
                        .withEpoch(1)
                        .withSequence(2)
                        .withOnFenced(ClaimPolicy.CLAIM)
                        .withOnSequenceGap(ClaimPolicy.CLAIM)
                        .withAcceptReplays(true)
                        .withLinger(Duration.ofMillis(2))
                        .withMaxBatchBytes(3072)
                        .withMaxBatchItems(4)
                        .withMaxInFlight(6)
                        .withMaxBufferedBytes(3L << 30)
                        .withMaxBlock(Duration.ofSeconds(7))
                        .withDeliveryTimeout(Duration.ofSeconds(8))
                        .withRequestTimeout(Duration.ofSeconds(9)));
    }

    @Test
    void aLingerMayExceedTheDefaultDeliveryTimeout() {
        DurableStreamsProperties properties = bind(Map.of(
                "durable-streams.producer.linger", "3m",
                "durable-streams.producer.delivery-timeout", "10m"));

        assertThat(properties.producer().toSettings())
                .isEqualTo(ProducerSettings.DEFAULT
                        .withDeliveryTimeout(Duration.ofMinutes(10))
                        .withLinger(Duration.ofMinutes(3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"request", "reader", "producer"})
    void everyBackoffKeyReachesItsSetting(String part) {
        DurableStreamsProperties properties = bind(Map.of(
                "durable-streams." + part + ".backoff.initial-delay", "20s",
                "durable-streams." + part + ".backoff.max-delay", "30s",
                "durable-streams." + part + ".backoff.multiplier", "1.5"));

        assertThat(Map.of(
                        "request", properties.request().toSettings().backoff(),
                        "reader", properties.reader().toSettings().retries().backoff(),
                        "producer",
                                properties.producer().toSettings().delivery().backoff()))
                .allSatisfy((key, backoff) -> assertThat(backoff)
                        .isEqualTo(
                                key.equals(part)
                                        ? new Backoff(Duration.ofSeconds(20), Duration.ofSeconds(30), 1.5)
                                        : Backoff.DEFAULT));
    }

    @Test
    void headersKeepTheirNames() {
        assertThat(bind(Map.of("durable-streams.headers.X-Tenant", "acme")).headers())
                .containsExactly(Map.entry("X-Tenant", "acme"));
    }

    @ParameterizedTest
    @CsvSource({
        "request.timeout, 0s",
        "request.max-retries, -1",
        "request.backoff.multiplier, 0.5",
        "reader.request-timeout, -1s",
        "reader.long-poll-timeout, 0s",
        "reader.sse-idle-timeout, 0s",
        "reader.part-bytes, 0B",
        "reader.max-message-bytes, 3GB",
        "reader.max-live-retries, -1",
        "reader.max-retry-after, -1s",
        "reader.backoff.max-delay, 1ms",
        "reader.cache.max-answer-bytes, 0B",
        "reader.cache.max-bytes, 1MB",
        "producer.epoch, -1",
        "producer.linger, -5ms",
        "producer.linger, 2m",
        "producer.max-batch-bytes, 0B",
        "producer.max-batch-items, 0",
        "producer.max-in-flight, 0",
        "producer.max-buffered-bytes, -1B",
        "producer.delivery-timeout, 0s",
        "producer.backoff.initial-delay, 0s",
        "server.sse-rotation, 0s",
        "server.max-request-bytes, 0B",
        "server.port, 65536",
        "server.base-path, streams",
        "request.max-connections, 0",
        "reader.max-live-connections, 0"
    })
    void aBadValueFailsTheStartWithItsKey(String key, String value) {
        Contexts.runner()
                .withPropertyValues("durable-streams.reader.cache.enabled=true", "durable-streams." + key + "=" + value)
                .run(context -> assertThat(causes(context.getStartupFailure()))
                        .hasAtLeastOneElementOfType(InvalidConfigurationPropertyValueException.class)
                        .anySatisfy(failure -> assertThat(failure)
                                .isInstanceOfSatisfying(
                                        InvalidConfigurationPropertyValueException.class,
                                        invalid -> assertThat(invalid.getName()).isEqualTo("durable-streams." + key))));
    }

    private static List<Throwable> causes(@Nullable Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).toList();
    }

    private static DurableStreamsProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("durable-streams", DurableStreamsProperties.class);
    }
}
