package io.durablestreams.client;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.ClaimPolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** What all settings have in common, and what those of readers and producers refuse. */
class SettingsTest {

    private static final ReaderSettings READER = ReaderSettings.DEFAULT;
    private static final ProducerSettings PRODUCER = ProducerSettings.DEFAULT;

    static Stream<Arguments> components() {
        return Stream.of(
                        ConnectionSettings.DEFAULT,
                        RequestSettings.DEFAULT,
                        ReadCacheSettings.DEFAULT,
                        READER,
                        PRODUCER)
                .flatMap(settings -> Arrays.stream(settings.getClass().getRecordComponents())
                        .map(component -> arguments(settings, component)));
    }

    @ParameterizedTest
    @MethodSource("components")
    void aWitherChangesItsComponentAndNoOther(Record settings, RecordComponent component)
            throws ReflectiveOperationException {
        String name = component.getName();
        Map<String, Object> expected = values(settings);
        Object value = another(expected.get(name));
        expected.put(name, value);

        Record changed = (Record) settings.getClass()
                .getMethod(
                        "with" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1), component.getType())
                .invoke(settings, value);

        assertThat(values(changed)).isEqualTo(expected);
    }

    private static Map<String, Object> values(Record settings) throws ReflectiveOperationException {
        Map<String, Object> values = new HashMap<>();
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            values.put(component.getName(), component.getAccessor().invoke(settings));
        }
        return values;
    }

    private static Object another(Object value) {
        if (value instanceof Duration duration) {
            return duration.plusMillis(1);
        } else if (value instanceof Integer number) {
            return number - 1;
        } else if (value instanceof Long number) {
            return number + 1;
        } else if (value instanceof Boolean flag) {
            return !flag;
        } else if (value instanceof Backoff backoff) {
            return backoff.withMultiplier(7);
        }
        Object[] constants = value.getClass().getEnumConstants();
        return constants[(((Enum<?>) value).ordinal() + 1) % constants.length];
    }

    @Test
    void autoClaimIsForFencesAndGaps() {
        assertThat(PRODUCER.withAutoClaim(true))
                .isEqualTo(PRODUCER.withOnFenced(ClaimPolicy.CLAIM).withOnSequenceGap(ClaimPolicy.CLAIM));
        assertThat(PRODUCER.withAutoClaim(true).withAutoClaim(false)).isEqualTo(PRODUCER);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refusal(() -> READER.withRequestTimeout(Duration.ZERO), "requestTimeout must be positive, but is PT0S"),
                refusal(
                        () -> READER.withLongPollTimeout(Duration.ofSeconds(-1)),
                        "longPollTimeout must be positive, but is PT-1S"),
                refusal(
                        () -> READER.withSseIdleTimeout(Duration.ofDays(4000)),
                        "sseIdleTimeout must be at most 3650 days, but is PT96000H"),
                refusal(() -> READER.withPartBytes(0), "partBytes must be positive, but is 0"),
                refusal(() -> READER.withMaxMessageBytes(-1), "maxMessageBytes must be positive, but is -1"),
                refusal(() -> READER.withMaxRetries(-1), "maxRetries must not be negative, but is -1"),
                refusal(() -> READER.withMaxLiveRetries(-2), "maxLiveRetries must not be negative, but is -2"),
                refusal(() -> PRODUCER.withEpoch(-1), "epoch must be between 0 and 9007199254740991, but is -1"),
                refusal(
                        () -> PRODUCER.withSequence(ProducerSequence.MAX_VALUE + 1),
                        "sequence must be between 0 and 9007199254740991, but is 9007199254740992"),
                refusal(
                        () -> PRODUCER.withLinger(Duration.ofMillis(-5)),
                        "linger must not be negative, but is PT-0.005S"),
                refusal(
                        () -> PRODUCER.withLinger(Duration.ofMinutes(2)),
                        "linger must be below deliveryTimeout (PT2M), but is PT2M"),
                refusal(() -> PRODUCER.withMaxBatchBytes(0), "maxBatchBytes must be positive, but is 0"),
                refusal(() -> PRODUCER.withMaxBatchItems(0), "maxBatchItems must be positive, but is 0"),
                refusal(() -> PRODUCER.withMaxInFlight(0), "maxInFlight must be positive, but is 0"),
                refusal(() -> PRODUCER.withMaxBufferedBytes(-1), "maxBufferedBytes must be positive, but is -1"),
                refusal(
                        () -> PRODUCER.withMaxBlock(Duration.ofSeconds(-1)),
                        "maxBlock must not be negative, but is PT-1S"),
                refusal(
                        () -> PRODUCER.withDeliveryTimeout(Duration.ZERO),
                        "deliveryTimeout must be positive, but is PT0S"),
                refusal(
                        () -> PRODUCER.withRequestTimeout(Duration.ZERO),
                        "requestTimeout must be positive, but is PT0S"));
    }

    private static Arguments refusal(ThrowingCallable change, String message) {
        return arguments(change, message);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refusals")
    void whatCannotWorkIsRefusedWithItsNameAndValue(ThrowingCallable change, String message) {
        assertThatIllegalArgumentException().isThrownBy(change).withMessage(message);
    }

    @Test
    void zeroIsAllowedWhereItMeansNotToWait() {
        assertThat(PRODUCER.withLinger(Duration.ZERO).withMaxBlock(Duration.ZERO))
                .returns(Duration.ZERO, ProducerSettings::linger)
                .returns(Duration.ZERO, ProducerSettings::maxBlock);
        assertThat(READER.withMaxRetries(0).withMaxLiveRetries(0))
                .returns(0, ReaderSettings::maxRetries)
                .returns(0, ReaderSettings::maxLiveRetries);
    }
}
