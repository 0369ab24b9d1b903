package io.durablestreams.autoconfigure.server;

import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import io.durablestreams.autoconfigure.DurableStreamsProperties;
import io.durablestreams.server.handler.ServerSettings;

import static org.assertj.core.api.Assertions.assertThat;

class EmbeddedServerRegistrarTest {

    @Test
    void theDefaultsAreThoseOfTheServerExceptThatNoForeignPageMayUseIt() {
        assertThat(EmbeddedServerRegistrar.settings(bind(Map.of()).server()))
                .isEqualTo(ServerSettings.DEFAULT.withCors(false));
    }

    @Test
    void everyServerKeyReachesItsSetting() {
        DurableStreamsProperties properties = bind(Map.of(
                "durable-streams.server.long-poll-timeout", "1s",
                "durable-streams.server.sse-rotation", "2s",
                "durable-streams.server.max-request-bytes", "3KB",
                "durable-streams.server.cors", "true"));

        assertThat(EmbeddedServerRegistrar.settings(properties.server()))
                .isEqualTo(ServerSettings.DEFAULT
                        .withLongPollTimeout(Duration.ofSeconds(1))
                        .withSseRotation(Duration.ofSeconds(2))
                        .withMaxRequestBytes(3072)
                        .withCors(true));
    }

    private static DurableStreamsProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("durable-streams", DurableStreamsProperties.class);
    }
}
