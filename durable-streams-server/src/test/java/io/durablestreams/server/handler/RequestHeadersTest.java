package io.durablestreams.server.handler;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class RequestHeadersTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "3600", "999999999999999"})
    void readsSeconds(String value) {
        assertThat(RequestHeaders.ttl(value)).isEqualTo(Duration.ofSeconds(Long.parseLong(value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "-5", "+5", "05", "00", "5.0", "5e0", "0x5", "5s", "1000000000000000", "٥"})
    void refusesWhatIsNotSeconds(String value) {
        assertThatThrownBy(() -> RequestHeaders.ttl(value))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("Stream-TTL")
                .hasMessageContaining("'" + value + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "2030-01-31T12:00:00Z, 2030-01-31T12:00:00Z",
        "2030-01-31t12:00:00z, 2030-01-31T12:00:00Z",
        "2030-01-31T12:00:00.5Z, 2030-01-31T12:00:00.500Z",
        "2030-01-31T12:00:00.123456789Z, 2030-01-31T12:00:00.123456789Z",
        "2030-01-31T12:00:00+02:00, 2030-01-31T10:00:00Z",
        "2030-01-31T12:00:00-00:30, 2030-01-31T12:30:00Z"
    })
    void readsInstants(String value, Instant instant) {
        assertThat(RequestHeaders.expiresAt(value)).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tomorrow",
                "2030-01-31",
                "2030-01-31T12:00:00",
                "2030-01-31T12:00Z",
                "2030-02-30T12:00:00Z",
                "2030-01-31T25:00:00Z",
                "1900000000",
                "Thu, 31 Jan 2030 12:00:00 GMT",
                "2030-01-31 12:00:00Z"
            })
    void refusesWhatIsNoInstant(String value) {
        assertThatThrownBy(() -> RequestHeaders.expiresAt(value))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("Stream-Expires-At")
                .hasMessageContaining("'" + value + "'");
    }
}
