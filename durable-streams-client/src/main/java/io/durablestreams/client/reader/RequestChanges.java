package io.durablestreams.client.reader;

import java.util.HashMap;
import java.util.Map;

import io.durablestreams.client.exchange.HeaderText;

/**
 * Headers and query parameters that the requests of a read carry from now on, in place of those of the same name that
 * the client adds.
 *
 * @param headers values by name
 * @param parameters values by name, not encoded
 */
public record RequestChanges(Map<String, String> headers, Map<String, String> parameters) {

    /** Try again as before; what the client asks for on every attempt is asked for anew all the same. */
    public static final RequestChanges NONE = new RequestChanges(Map.of(), Map.of());

    public RequestChanges {
        headers = Map.copyOf(headers);
        headers.forEach((name, value) -> HeaderText.requireValue(HeaderText.requireName(name), value));
        parameters = Map.copyOf(parameters);
    }

    public RequestChanges withHeader(String name, String value) {
        return new RequestChanges(with(headers, name, value), parameters);
    }

    public RequestChanges withParameter(String name, String value) {
        return new RequestChanges(headers, with(parameters, name, value));
    }

    private static Map<String, String> with(Map<String, String> values, String name, String value) {
        Map<String, String> more = new HashMap<>(values);
        more.put(name, value);
        return more;
    }
}
