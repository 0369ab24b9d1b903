package io.durablestreams.conformance.adapter;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStreamClient;

/**
 * Headers and query parameters whose values change from command to command. The library asks for them with every request,
 * and gets the same value during one command.
 */
final class DynamicValues {

    private final Clock clock;
    private final Map<String, DynamicValue> headers = new ConcurrentSkipListMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, DynamicValue> parameters = new ConcurrentSkipListMap<>();

    DynamicValues(Clock clock) {
        this.clock = clock;
    }

    /** A value that has a next one. */
    private static final class DynamicValue {

        private final Supplier<@Nullable String> next;
        private volatile @Nullable String current; // Null before the first command that has a value.

        DynamicValue(Supplier<@Nullable String> next) {
            this.next = next;
        }

        void advance() {
            current = next.get();
        }
    }

    void setHeader(Command command) {
        String name = command.text("name");
        DynamicValue value = value(command);
        headers.remove(name); // A key stays as it was first written.
        headers.put(name, value);
    }

    void setParameter(Command command) {
        parameters.put(command.text("name"), value(command));
    }

    private DynamicValue value(Command command) {
        String valueType = command.text("valueType");
        return switch (valueType) {
            case "counter" -> counter();
            case "timestamp" -> new DynamicValue(() -> Long.toString(clock.millis()));
            case "token" -> token(command.optionalText("initialValue"));
            default ->
                throw new IllegalArgumentException(
                        "valueType must be counter, timestamp or token, but is '" + valueType + "'");
        };
    }

    private static DynamicValue counter() {
        long[] count = {0};
        return new DynamicValue(() -> Long.toString(++count[0]));
    }

    private static DynamicValue token(@Nullable String text) {
        DynamicValue token = new DynamicValue(() -> text);
        token.advance();
        return token;
    }

    void clear() {
        headers.clear();
        parameters.clear();
    }

    /** An {@code append} or a {@code read} begins. */
    void advance() {
        headers.values().forEach(DynamicValue::advance);
        parameters.values().forEach(DynamicValue::advance);
    }

    /** Makes a client ask for all values, be they registered before or after it was built, with every request. */
    void applyTo(DurableStreamClient.Builder builder) {
        builder.headers(Mono.fromSupplier(() -> current(headers)))
                .parameters(Mono.fromSupplier(() -> current(parameters)));
    }

    private static Map<String, String> current(Map<String, DynamicValue> values) {
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            String text = value.current;
            if (text != null) {
                texts.put(name, text);
            }
        });
        return texts;
    }

    Set<String> headerNames() {
        return headers.keySet();
    }

    Set<String> parameterNames() {
        return parameters.keySet();
    }
}
