package io.durablestreams.client.exchange;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ConnectionSettingsTest {

    private static final ConnectionSettings DEFAULT = ConnectionSettings.DEFAULT;

    @Test
    void changesOneAtATime() {
        assertThat(DEFAULT.withMaxConnections(1)
                        .withMaxLiveConnections(2)
                        .withMaxIdleTime(Duration.ofSeconds(3))
                        .withAcquireTimeout(Duration.ofSeconds(4)))
                .isEqualTo(new ConnectionSettings(1, 2, Duration.ofSeconds(3), Duration.ofSeconds(4)));
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULT.withMaxConnections(0))
                .withMessageContaining("maxConnections must be positive, but is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULT.withMaxLiveConnections(-1))
                .withMessageContaining("maxLiveConnections must be positive, but is -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULT.withMaxIdleTime(Duration.ZERO))
                .withMessageContaining("maxIdleTime must be positive, but is PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULT.withAcquireTimeout(Duration.ofSeconds(-1)))
                .withMessageContaining("acquireTimeout must be positive, but is PT-1S");
    }
}
