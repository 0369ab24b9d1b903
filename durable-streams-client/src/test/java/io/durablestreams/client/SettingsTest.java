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

import io.durablestreams.client.cache.ReadCacheSettings;
import io.durablestreams.client.exchange.ConnectionSettings;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
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

    static Stream<Arguments> settings() {
        return Stream.of(
                        ConnectionSettings.DEFAULT,
                        RequestSettings.DEFAULT,
                        ReadCacheSettings.DEFAULT,
                        READER,
                        PRODUCER)
                .flatMap(settings -> components(settings.getClass())
                        .map(component -> arguments(settings, component.getName(), component.getType())));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("settings")
    void aWitherChangesItsSettingAndNoOther(Record settings, String name, Class<?> type)
            throws ReflectiveOperationException {
        Map<String, Object> expected = values(settings);
        Object value = another(expected.get(name));
        expected.put(name, value);

        Record changed = (Record) settings.getClass()
                .getMethod("with" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1), type)
                .invoke(settings, value);

        assertThat(values(changed)).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("records")
    void noRecordHasMoreThanFiveComponents(Class<?> record) {
        assertThat(record.getRecordComponents())
                .as("a positional call with more arguments is easily wrong")
                .hasSizeBetween(2, 5);
    }

    static Stream<Class<?>> records() {
        return Stream.of(
                        ConnectionSettings.class,
                        RequestSettings.class,
                        ReadCacheSettings.class,
                        ReaderSettings.class,
                        ProducerSettings.class)
                .flatMap(settings -> Stream.concat(Stream.of(settings), Arrays.stream(settings.getDeclaredClasses())));
    }

    /** The settings of a record and of the groups that are nested in it. */
    private static Stream<RecordComponent> components(Class<?> settings) {
        return Arrays.stream(settings.getRecordComponents())
                .flatMap(component -> isGroup(component) ? components(component.getType()) : Stream.of(component));
    }

    private static boolean isGroup(RecordComponent component) {
        return component.getType().getEnclosingClass() == component.getDeclaringRecord();
    }

    private static Map<String, Object> values(Record settings) throws ReflectiveOperationException {
        Map<String, Object> values = new HashMap<>();
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Object value = component.getAccessor().invoke(settings);
            if (isGroup(component)) {
                values.putAll(values((Record) value));
            } else {
                values.put(component.getName(), value);
            }
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
                refusal(
                        () -> READER.withMaxRetryAfter(Duration.ofSeconds(-3)),
                        "maxRetryAfter must not be negative, but is PT-3S"),
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
                .returns(Duration.ZERO, settings -> settings.batching().linger())
                .returns(Duration.ZERO, settings -> settings.buffering().maxBlock());
        assertThat(READER.withMaxRetries(0).withMaxLiveRetries(0))
                .returns(0, settings -> settings.retries().maxRetries())
                .returns(0, settings -> settings.retries().maxLiveRetries());
    }
}
