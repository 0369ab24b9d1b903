package io.durablestreams.client.reader;

import java.util.HashMap;
import java.util.Map;

import io.durablestreams.client.exchange.HeaderText;

/**
 * Headers and query parameters for the further requests of a read. They replace headers and parameters of the same name
 * that the client adds.
 *
 * @param headers the values by name
 * @param parameters the values by name, not encoded
 */
public record RequestChanges(Map<String, String> headers, Map<String, String> parameters) {

    /** No changes. The values that the client computes for every attempt are still computed again. */
    public static final RequestChanges NONE = new RequestChanges(Map.of(), Map.of());

    /** @throws IllegalArgumentException if the name or the value of a header cannot be sent */
    public RequestChanges {
        headers = Map.copyOf(headers);
        headers.forEach((name, value) -> HeaderText.requireValue(HeaderText.requireName(name), value));
        parameters = Map.copyOf(parameters);
    }

    /** Returns changes with one more header. */
    public RequestChanges withHeader(String name, String value) {
        return new RequestChanges(with(headers, name, value), parameters);
    }

    /** Returns changes with one more query parameter. */
    public RequestChanges withParameter(String name, String value) {
        return new RequestChanges(headers, with(parameters, name, value));
    }

    private static Map<String, String> with(Map<String, String> values, String name, String value) {
        Map<String, String> more = new HashMap<>(values);
        more.put(name, value);
        return more;
    }
}
