package io.durablestreams.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

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
        return Arrays.stream(settings.apply(bind(Map.of())).getClass().getRecordComponents())
                .filter(component -> !WITHOUT_A_KEY.contains(component.getName()))
                .map(component -> arguments(part, component, settings));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("settings")
    void everySettingHasAKey(
            String part, RecordComponent component, Function<DurableStreamsProperties, Record> settings)
            throws ReflectiveOperationException {
        String key = "durable-streams." + part + "." + kebabCase(component.getName());
        boolean group = component.getType() == Backoff.class;

        DurableStreamsProperties properties = bind(Map.of(group ? key + ".multiplier" : key, other(component)));

        assertThat(component.getAccessor().invoke(settings.apply(properties)))
                .as(key)
                .isNotEqualTo(component.getAccessor().invoke(settings.apply(bind(Map.of()))));
    }

    /** A value that is not the default of any setting of its type. */
    private static String other(RecordComponent component) {
        Class<?> type = component.getType();
        if (type.isEnum()) {
            return type.getEnumConstants()[1].toString();
        } else if (type == boolean.class) {
            return "true";
        }
        return type == Duration.class ? "77ms" : "77";
    }

    private static String kebabCase(String name) {
        return name.replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
    }

    private static DurableStreamsProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("durable-streams", DurableStreamsProperties.class);
    }
}
