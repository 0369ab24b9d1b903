package io.durablestreams.conformance.adapter;

import java.time.Clock;
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
    private final Map<String, DynamicValue> headers = new ConcurrentSkipListMap<>();
    private final Map<String, DynamicValue> parameters = new ConcurrentSkipListMap<>();

    DynamicValues(Clock clock) {
        this.clock = clock;
    }

    /** A value that has a next one. */
    private static final class DynamicValue {

        private final Supplier<String> next;
        private volatile @Nullable String current; // Null before the first command that has a value.

        DynamicValue(Supplier<String> next) {
            this.next = next;
        }

        void advance() {
            current = next.get();
        }
    }

    void setHeader(Command command) {
        headers.put(command.text("name"), value(command));
    }

    void setParameter(Command command) {
        parameters.put(command.text("name"), value(command));
    }

    private DynamicValue value(Command command) {
        String valueType = command.text("valueType");
        return switch (valueType) {
            case "counter" -> counter();
            case "timestamp" -> new DynamicValue(() -> Long.toString(clock.millis()));
            case "token" -> token(command.textOr("initialValue", ""));
            default ->
                throw new IllegalArgumentException(
                        "valueType must be counter, timestamp or token, but is '" + valueType + "'");
        };
    }

    private static DynamicValue counter() {
        long[] count = {0};
        return new DynamicValue(() -> Long.toString(++count[0]));
    }

    private static DynamicValue token(String text) {
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

    /** Makes a client ask for the values that there are now. */
    DurableStreamClient.Builder applyTo(DurableStreamClient.Builder builder) {
        headers.keySet().forEach(name -> builder.header(name, current(headers, name)));
        parameters.keySet().forEach(name -> builder.parameter(name, current(parameters, name)));
        return builder;
    }

    /** The value of that name at the time of a request: producers outlive what is replaced or cleared. */
    private static Mono<String> current(Map<String, DynamicValue> values, String name) {
        return Mono.fromSupplier(() -> values.get(name)).mapNotNull(value -> value.current);
    }

    Set<String> headerNames() {
        return headers.keySet();
    }

    Set<String> parameterNames() {
        return parameters.keySet();
    }
}
