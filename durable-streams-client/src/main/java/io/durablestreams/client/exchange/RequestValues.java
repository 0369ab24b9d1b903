package io.durablestreams.client.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Headers and query parameters that every request carries. Their values are requested for every attempt. */
public final class RequestValues {

    public static final RequestValues NONE = new RequestValues(List.of());

    private final List<Value> values;

    private RequestValues(List<Value> values) {
        this.values = List.copyOf(values);
    }

    public RequestValues withHeader(String name, Mono<String> text) {
        return with(new Value("header", HeaderText.requireName(name), mayChange(text), text.map(t -> {
            HeaderText.requireValue(name, t);
            return resolved -> resolved.headers.set(name, t);
        })));
    }

    public RequestValues withParameter(String name, Mono<String> text) {
        return with(new Value(
                "query parameter", name, mayChange(text), text.map(t -> resolved -> resolved.parameters.put(name, t))));
    }

    public RequestValues withHeaders(Mono<Map<String, String>> headers) {
        return and(new Value("headers", "", mayChange(headers), headers.map(all -> {
            all.forEach((name, text) ->
                    HeaderText.requireValue(HeaderText.requireName(name), requireText("header", name, text)));
            return resolved -> all.forEach(resolved.headers::set);
        })));
    }

    public RequestValues withParameters(Mono<Map<String, String>> parameters) {
        return and(new Value("query parameters", "", mayChange(parameters), parameters.map(all -> {
            all.forEach((name, text) -> {
                requireName("query parameter", name);
                requireText("query parameter", name, text);
            });
            return resolved -> resolved.parameters.putAll(all);
        })));
    }

    /** Returns whether a value is computed for each attempt, so that the next attempt may have other values. */
    boolean mayChange() {
        return values.stream().anyMatch(Value::mayChange);
    }

    private static boolean mayChange(Mono<?> value) {
        return !(value instanceof Fuseable.ScalarCallable);
    }

    private RequestValues with(Value value) {
        requireName(value.kind(), value.name());
        List<Value> others = new ArrayList<>(values);
        others.removeIf(value::replaces);
        return new RequestValues(others).and(value);
    }

    private static void requireName(String kind, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("The name of a " + kind + " must not be blank");
        }
    }

    /** Maps may contain null, although their type excludes it. */
    private static String requireText(String kind, String name, @Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException(
                    "The value of " + kind + " '" + name + "' must not be null; leave it out of the map instead");
        }
        return text;
    }

    private RequestValues and(Value value) {
        List<Value> more = new ArrayList<>(values);
        more.add(value);
        return new RequestValues(more);
    }

    /**
     * Resolves all values, one after another. Fails with {@link UnavailableValueException} if a value fails.
     *
     * @param progress learns which value is resolved
     */
    Mono<Resolved> resolve(AttemptProgress progress) {
        if (values.isEmpty()) {
            return Mono.fromSupplier(Resolved::new);
        }
        return Flux.fromIterable(values)
                .concatMap(value -> ApplicationCode.mono(() -> {
                            progress.computing(value.what());
                            return value.text();
                        })
                        .onErrorMap(
                                cause -> !(cause instanceof IllegalArgumentException)
                                        && !(cause instanceof ApplicationCode.Failed),
                                cause -> new UnavailableValueException(value.what(), cause)))
                .collect(Resolved::new, (resolved, addition) -> addition.to(resolved));
    }

    /** The values of one attempt. */
    static final class Resolved {

        private final HttpHeaders headers = new HttpHeaders();
        private final Map<String, String> parameters = new TreeMap<>();

        HttpHeaders headers() {
            return headers;
        }

        /** Returns the parameters, sorted by name, so that a URL has one spelling in caches (protocol §10). */
        Map<String, String> parameters() {
            return parameters;
        }
    }

    /** A value that every request should carry could not be obtained. */
    static final class UnavailableValueException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnavailableValueException(String what, Throwable cause) {
            super(what + " could not be obtained: " + cause, cause);
        }
    }

    /** One value, or several values whose names are not known yet. The latter have no name of their own. */
    private record Value(String kind, String name, boolean mayChange, Mono<Addition> text) {

        String what() {
            return name.isEmpty() ? "the " + kind : "the value of " + kind + " '" + name + "'";
        }

        boolean replaces(Value other) {
            return kind.equals(other.kind)
                    && (kind.equals("header") ? name.equalsIgnoreCase(other.name) : name.equals(other.name));
        }
    }

    private interface Addition {

        void to(Resolved resolved);
    }
}
