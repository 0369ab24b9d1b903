package io.durablestreams.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Headers and query parameters that every request carries, asked for on every attempt. */
final class RequestValues {

    static final RequestValues NONE = new RequestValues(List.of());

    private final List<Value> values;

    private RequestValues(List<Value> values) {
        this.values = List.copyOf(values);
    }

    RequestValues withHeader(String name, Mono<String> text) {
        return with(new Value("header", HeaderText.requireName(name), text.map(t -> {
            HeaderText.requireValue(name, t);
            return resolved -> resolved.headers.set(name, t);
        })));
    }

    RequestValues withParameter(String name, Mono<String> text) {
        return with(new Value("query parameter", name, text.map(t -> resolved -> resolved.parameters.put(name, t))));
    }

    private RequestValues with(Value value) {
        if (value.name().isBlank()) {
            throw new IllegalArgumentException("The name of a " + value.kind() + " must not be blank");
        }
        List<Value> more = new ArrayList<>(values);
        more.removeIf(value::replaces);
        more.add(value);
        return new RequestValues(more);
    }

    /** Asks for all values, one after the other; fails with {@link UnavailableValueException} when one fails. */
    Mono<Resolved> resolve() {
        if (values.isEmpty()) {
            return Mono.fromSupplier(Resolved::new);
        }
        return Flux.fromIterable(values)
                .concatMap(value -> value.text()
                        .onErrorMap(
                                cause -> !(cause instanceof IllegalArgumentException),
                                cause ->
                                        new UnavailableValueException(value.kind() + " '" + value.name() + "'", cause)))
                .collect(Resolved::new, (resolved, addition) -> addition.to(resolved));
    }

    /** The values of one attempt. */
    static final class Resolved {

        private final HttpHeaders headers = new HttpHeaders();
        private final Map<String, String> parameters = new TreeMap<>();

        HttpHeaders headers() {
            return headers;
        }

        /** The parameters, sorted by name: one spelling of a URL is one entry in a cache (protocol §10). */
        Map<String, String> parameters() {
            return parameters;
        }
    }

    /** A value that every request should carry could not be obtained. */
    static final class UnavailableValueException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnavailableValueException(String value, Throwable cause) {
            super("the value of " + value + " could not be obtained: " + cause, cause);
        }
    }

    private record Value(String kind, String name, Mono<Addition> text) {

        boolean replaces(Value other) {
            return kind.equals(other.kind)
                    && (kind.equals("header") ? name.equalsIgnoreCase(other.name) : name.equals(other.name));
        }
    }

    private interface Addition {

        void to(Resolved resolved);
    }
}
