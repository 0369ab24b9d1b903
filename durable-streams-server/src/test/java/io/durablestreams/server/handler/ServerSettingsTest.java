package io.durablestreams.server.handler;

import java.time.Duration;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ServerSettingsTest {

    private static final ServerSettings SETTINGS = ServerSettings.DEFAULT;

    @Test
    void theDefaultsAreWhatTheProtocolRecommends() {
        assertThat(SETTINGS.longPollTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(SETTINGS.sseRotation()).isEqualTo(Duration.ofSeconds(60));
        assertThat(SETTINGS.cors()).isTrue();
    }

    @Test
    void eachWitherChangesItsOwnSetting() {
        ServerSettings changed = SETTINGS.withLongPollTimeout(Duration.ofSeconds(1))
                .withSseRotation(Duration.ofSeconds(2))
                .withPollInterval(Duration.ofSeconds(3))
                .withMaxRequestBytes(4)
                .withMaxPageBytes(5)
                .withCors(false);

        assertThat(changed)
                .isEqualTo(new ServerSettings(
                        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), 4, 5, false));
    }

    @Test
    void refusesWhatIsNotPositiveAndNamesIt() {
        assertRefused("longPollTimeout", "PT0S", () -> SETTINGS.withLongPollTimeout(Duration.ZERO));
        assertRefused("sseRotation", "PT-1S", () -> SETTINGS.withSseRotation(Duration.ofSeconds(-1)));
        assertRefused("pollInterval", "PT0S", () -> SETTINGS.withPollInterval(Duration.ZERO));
        assertRefused("sseRotation", "3650 days", () -> SETTINGS.withSseRotation(Duration.ofDays(3651)));
        assertRefused("maxRequestBytes", "0", () -> SETTINGS.withMaxRequestBytes(0));
        assertRefused("maxPageBytes", "-5", () -> SETTINGS.withMaxPageBytes(-5));
    }

    private static void assertRefused(String name, String value, ThrowingCallable change) {
        assertThatIllegalArgumentException()
                .isThrownBy(change)
                .withMessageContaining(name)
                .withMessageContaining(value);
    }
}
