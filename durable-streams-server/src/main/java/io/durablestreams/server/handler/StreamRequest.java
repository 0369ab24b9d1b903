package io.durablestreams.server.handler;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * A request to the server, independent of the transport.
 *
 * @param method the HTTP method, in upper case
 * @param url the absolute URL as the client sees it, with the query
 * @param path the path of the stream: the rest of the URL's path after the base path of the server, percent-encoded;
 *     begins with a slash
 * @param headers all headers; names in any letter case
 * @param body the body in pieces; the handler subscribes at most once, and only if the operation needs a body
 */
public record StreamRequest(String method, URI url, String path, Map<String, List<String>> headers, Flux<byte[]> body) {

    /** @throws IllegalArgumentException if the path does not begin with a slash */
    public StreamRequest {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path must begin with a slash, but is '" + path + "'");
        }
        Map<String, List<String>> caseInsensitive = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        caseInsensitive.putAll(headers);
        headers = caseInsensitive;
    }

    /** Returns the first value of a header, or null if it is absent. */
    @Nullable
    String header(String name) {
        List<String> values = headers.get(name);
        return values == null || values.isEmpty() ? null : values.get(0);
    }

    /** Returns all values of a list header as one value, or null if it is absent (RFC 9110, 5.3). */
    @Nullable
    String headerLines(String name) {
        List<String> values = headers.get(name);
        return values == null || values.isEmpty() ? null : String.join(", ", values);
    }

    /** Returns all values of a query parameter, decoded. */
    List<String> parameters(String name) {
        String query = url.getRawQuery();
        List<String> values = new ArrayList<>();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            int equals = pair.indexOf('=');
            if (decode(equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
                values.add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return values;
    }

    /** Returns the first value of a query parameter, decoded, or null if it is absent. */
    @Nullable
    String parameter(String name) {
        List<String> values = parameters(name);
        return values.isEmpty() ? null : values.get(0);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new BadRequestException("The query holds a malformed escape: '" + text + "'");
        }
    }
}
