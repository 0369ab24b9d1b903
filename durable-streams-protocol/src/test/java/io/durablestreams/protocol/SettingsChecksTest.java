package io.durablestreams.protocol;

import java.time.Duration;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class SettingsChecksTest {

    private static final Duration LONGEST = Duration.ofDays(3650);

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(() -> SettingsChecks.requirePositive("a", 0), "a must be positive, but is 0"),
                refusal(() -> SettingsChecks.requirePositive("a", -1), "a must be positive, but is -1"),
                refusal(() -> SettingsChecks.requireNotNegative("a", -1), "a must not be negative, but is -1"),
                refusal(() -> SettingsChecks.requirePositive("a", Duration.ZERO), "a must be positive, but is PT0S"),
                refusal(
                        () -> SettingsChecks.requirePositive("a", Duration.ofSeconds(-1)),
                        "a must be positive, but is PT-1S"),
                refusal(
                        () -> SettingsChecks.requirePositive("a", LONGEST.plusNanos(1)),
                        "a must be at most 3650 days, but is PT87600H0.000000001S"),
                refusal(
                        () -> SettingsChecks.requireNotNegative("a", Duration.ofNanos(-1)),
                        "a must not be negative, but is PT-0.000000001S"),
                refusal(
                        () -> SettingsChecks.requireNotNegative("a", LONGEST.plusNanos(1)),
                        "a must be at most 3650 days, but is PT87600H0.000000001S"),
                refusal(
                        () -> SettingsChecks.requireProducerNumber("a", -1),
                        "a must be between 0 and 9007199254740991, but is -1"),
                refusal(
                        () -> SettingsChecks.requireProducerNumber("a", ProducerSequence.MAX_VALUE + 1),
                        "a must be between 0 and 9007199254740991, but is 9007199254740992"),
                refusal(() -> SettingsChecks.require(false, "a", "must be even", 7), "a must be even, but is 7"));
    }

    private static Arguments refusal(ThrowingCallable check, String message) {
        return arguments(check, message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refusals")
    void refusesWithTheNameAndTheValue(ThrowingCallable check, String message) {
        assertThatIllegalArgumentException().isThrownBy(check).withMessage(message);
    }

    @Test
    void takesWhatIsAllowed() {
        SettingsChecks.requirePositive("a", 1);
        SettingsChecks.requireNotNegative("a", 0);
        SettingsChecks.requirePositive("a", Duration.ofNanos(1));
        SettingsChecks.requirePositive("a", LONGEST);
        SettingsChecks.requireNotNegative("a", Duration.ZERO);
        SettingsChecks.requireNotNegative("a", LONGEST);
        SettingsChecks.requireProducerNumber("a", 0);
        SettingsChecks.requireProducerNumber("a", ProducerSequence.MAX_VALUE);
        SettingsChecks.require(true, "a", "must be even", 8);
    }
}
