package io.durablestreams.protocol;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BackoffTest {

    private static final double ALMOST_ONE = Math.nextDown(1.0);

    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), 2.0);

    @ParameterizedTest
    @CsvSource({"0, 100", "1, 200", "2, 400", "3, 800", "4, 1000", "5, 1000", "100000, 1000", "2147483647, 1000"})
    void theBoundGrowsFromRetryToRetryUpToTheLongestDelay(int retry, long boundMillis) {
        Duration bound = Duration.ofMillis(boundMillis);

        assertThat(backoff.delay(retry, ALMOST_ONE, null)).isBetween(bound.minusNanos(1), bound);
        Duration least = boundMillis < 1000 ? Duration.ZERO : bound.dividedBy(2);
        assertThat(backoff.delay(retry, 0.5, null)).isEqualTo(bound.plus(least).dividedBy(2));
        assertThat(backoff.delay(retry, 0.0, null)).isEqualTo(least);
    }

    @Test
    void aMultiplierOfOneKeepsTheBound() {
        assertThat(backoff.withMultiplier(1.0).delay(50, 0.5, null)).isEqualTo(Duration.ofMillis(50));
    }

    @ParameterizedTest
    @CsvSource({"0.0, 3000, 3000", "0.5, 50, 50", "0.5, 49, 50", "0.5, 0, 50", "0.5, -5, 50", "0.5, , 50", "0.0, , 0"})
    void retryAfterIsTheLeastDelayEvenAboveTheLongestOne(double random, @Nullable Long retryAfterMillis, long millis) {
        Duration retryAfter = retryAfterMillis == null ? null : Duration.ofMillis(retryAfterMillis);
        Backoff constant = backoff.withMultiplier(1.0);

        assertThat(constant.delay(0, random, retryAfter)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void theDefaultStartsAtATenthOfASecondAndEndsAtFifteenSeconds() {
        assertThat(Backoff.DEFAULT.delay(0, 0.5, null)).isEqualTo(Duration.ofMillis(50));
        assertThat(Backoff.DEFAULT.delay(1, 0.5, null)).isEqualTo(Duration.ofMillis(100));
        assertThat(Backoff.DEFAULT.delay(60, 0.5, null)).isEqualTo(Duration.ofMillis(11_250));
    }

    @Test
    void anOutageOfAMinuteTakesAtMostFifteenRequestsOfTheDefault() {
        Duration waited = Duration.ZERO;
        for (int retry = 0; retry < 15; retry++) {
            waited = waited.plus(Backoff.DEFAULT.delay(retry, retry < 8 ? 0.0 : 0.2, null));
        }

        assertThat(waited).isGreaterThan(Duration.ofMinutes(1));
    }

    @Test
    void withersReplaceOneSettingEach() {
        assertThat(backoff.withInitialDelay(Duration.ofMillis(5)))
                .isEqualTo(new Backoff(Duration.ofMillis(5), Duration.ofSeconds(1), 2.0));
        assertThat(backoff.withMaxDelay(Duration.ofMinutes(5)))
                .isEqualTo(new Backoff(Duration.ofMillis(100), Duration.ofMinutes(5), 2.0));
        assertThat(backoff.withMultiplier(3))
                .isEqualTo(new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), 3.0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S"})
    void refusesAnInitialDelayThatIsNotPositive(Duration initialDelay) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> backoff.withInitialDelay(initialDelay))
                .withMessage("initialDelay must be positive, but is " + initialDelay);
    }

    @Test
    void refusesALongestDelayBelowTheInitialOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> backoff.withMaxDelay(Duration.ofMillis(99)))
                .withMessage("maxDelay must not be below initialDelay (PT0.1S), but is PT0.099S");
    }

    @Test
    void refusesALongestDelayThatCannotBeCounted() {
        assertThat(backoff.withMaxDelay(Duration.ofNanos(Long.MAX_VALUE)).delay(1000, ALMOST_ONE, null))
                .isPositive();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> backoff.withMaxDelay(Duration.ofDays(200_000)))
                .withMessageContaining("but is PT4800000H");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.99, 0, -2, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesAMultiplierThatDoesNotGrow(double multiplier) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> backoff.withMultiplier(multiplier))
                .withMessage("multiplier must be a number of at least 1.0, but is " + multiplier);
    }
}
