package io.durablestreams.server.store;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StreamConfigTest {

    private static final StreamConfig TEXT = StreamConfig.of("text/plain");
    private static final Instant EXPIRY = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void contentTypesMatchWithoutLetterCaseAndParameters() {
        assertThat(TEXT.matches(StreamConfig.of("TEXT/Plain; charset=utf-8"))).isTrue();
        assertThat(TEXT.matches(StreamConfig.of("text/html"))).isFalse();
    }

    @Test
    void lifetimesMatchWhenTheyAreTheSame() {
        assertThat(TEXT.withTtl(Duration.ofSeconds(60)).matches(TEXT.withTtl(Duration.ofMinutes(1))))
                .isTrue();
        assertThat(TEXT.withTtl(Duration.ofSeconds(60)).matches(TEXT.withTtl(Duration.ofSeconds(61))))
                .isFalse();
        assertThat(TEXT.withTtl(Duration.ofSeconds(60)).matches(TEXT)).isFalse();
        assertThat(TEXT.withExpiresAt(EXPIRY).matches(TEXT.withExpiresAt(EXPIRY)))
                .isTrue();
        assertThat(TEXT.matches(TEXT.withExpiresAt(EXPIRY))).isFalse();
    }

    @Test
    void hasOneKindOfLifetimeAtMost() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StreamConfig("text/plain", Duration.ofSeconds(5), EXPIRY))
                .withMessageContaining("PT5S")
                .withMessageContaining("2030");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TEXT.withTtl(Duration.ofSeconds(-1)))
                .withMessageContaining("PT-1S");
    }
}
