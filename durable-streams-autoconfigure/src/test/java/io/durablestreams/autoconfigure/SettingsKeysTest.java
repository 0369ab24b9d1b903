package io.durablestreams.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.ReflectionUtils;

import io.durablestreams.protocol.Backoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** No setting of requests, readers and producers was forgotten among the keys. */
class SettingsKeysTest {

    /** Whether to store twice rather than not at all is for the code that appends to say. */
    private static final List<String> WITHOUT_A_KEY = List.of("appendAtLeastOnce");

    static Stream<Arguments> settings() {
        return Stream.of(
                        settings("request", properties -> properties.request().toSettings()),
                        settings("reader", properties -> properties.reader().toSettings()),
                        settings("producer", properties -> properties.producer().toSettings()))
                .flatMap(Function.identity());
    }

    private static Stream<Arguments> settings(String part, Function<DurableStreamsProperties, Record> settings) {
        return values(settings.apply(bind(Map.of()))).keySet().stream()
                .filter(name -> !WITHOUT_A_KEY.contains(name))
                .map(name -> arguments(part, name, settings));
    }

    /** The settings of a record and of the groups that are nested in it. */
    private static Map<String, Object> values(Record settings) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (RecordComponent component : settings.getClass().getRecordComponents()) {
            Object value = Objects.requireNonNull(ReflectionUtils.invokeMethod(component.getAccessor(), settings));
            if (component.getType().getEnclosingClass() == settings.getClass()) {
                values.putAll(values((Record) value));
            } else {
                values.put(component.getName(), value);
            }
        }
        return values;
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("settings")
    void everySettingHasAKey(String part, String name, Function<DurableStreamsProperties, Record> settings) {
        String key = "durable-streams." + part + "." + kebabCase(name);
        Map<String, Object> expected = values(settings.apply(bind(Map.of())));
        Object value = Objects.requireNonNull(expected.remove(name));

        String changed = value instanceof Backoff ? key + ".multiplier" : key;
        Map<String, Object> actual = values(settings.apply(bind(Map.of(changed, other(value)))));

        assertThat(actual.remove(name)).as(key).isNotEqualTo(value);
        assertThat(actual).as("other settings").isEqualTo(expected);
    }

    /** A value that is not the default of any setting of its type. */
    private static String other(Object value) {
        if (value instanceof Enum<?>) {
            return value.getClass().getEnumConstants()[1].toString();
        } else if (value instanceof Boolean) {
            return "true";
        }
        return value instanceof Duration ? "77ms" : "77";
    }

    private static String kebabCase(String name) {
        return name.replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
    }

    private static DurableStreamsProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("durable-streams", DurableStreamsProperties.class);
    }
}
