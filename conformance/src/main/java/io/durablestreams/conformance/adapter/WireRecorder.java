package io.durablestreams.conformance.adapter;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * The filters that every request of the client passes last: one gives it the headers of the command in progress, the
 * other notes what then goes over the wire.
 */
final class WireRecorder {

    private static final Set<HttpMethod> RECORDED = Set.of(HttpMethod.GET, HttpMethod.POST);

    private static final Pattern OF_STREAMS =
            Pattern.compile("(stream|producer)-.*|content-type|location|etag|cache-control", Pattern.CASE_INSENSITIVE);

    private volatile Map<String, String> commandHeaders = Map.of();
    private volatile @Nullable ClientResponse last;
    private final AtomicReference<@Nullable ClientRequest> first = new AtomicReference<>();

    /** A command begins, whose requests all carry these headers. */
    void begin(Map<String, String> headers) {
        commandHeaders = headers;
        last = null;
        first.set(null);
    }

    void addTo(WebClient.Builder webClient) {
        webClient
                .filter((request, next) -> next.exchange(ClientRequest.from(request)
                        .headers(headers -> commandHeaders.forEach(headers::set))
                        .build()))
                .filter((request, next) -> {
                    if (RECORDED.contains(request.method())) {
                        first.compareAndSet(null, request);
                    }
                    return next.exchange(request).doOnNext(response -> last = response);
                });
    }

    /** The status of the last answer, or 0 when there was none. */
    int lastStatus() {
        ClientResponse response = last;
        return response == null ? 0 : response.statusCode().value();
    }

    /** The headers of the last answer that describe a stream, by their names in lower case; none without an answer. */
    Map<String, String> headersReceived() {
        ClientResponse response = last;
        Map<String, String> received = new LinkedHashMap<>();
        if (response != null) {
            HttpHeaders headers = response.headers().asHttpHeaders();
            headers.forEach((name, values) -> {
                if (OF_STREAMS.matcher(name).matches()) {
                    received.put(name.toLowerCase(Locale.ROOT), String.join(", ", values));
                }
            });
        }
        return received;
    }

    /** A header of the last answer, or null if it has none. */
    @Nullable
    String received(String header) {
        ClientResponse response = last;
        return response == null ? null : response.headers().asHttpHeaders().getFirst(header);
    }

    /** The number in a header of the last answer, or null if it has none. */
    @Nullable
    Long numberReceived(String header) {
        String value = received(header);
        return value == null ? null : Long.valueOf(value);
    }

    /** Those of the named headers, and of the command's own, that the first GET or POST had. */
    Map<String, String> headersSent(Collection<String> names) {
        ClientRequest request = first.get();
        return request == null ? Map.of() : values(names, request.headers()::getFirst);
    }

    /** Those of the named query parameters that the first GET or POST had. */
    Map<String, String> parametersSent(Collection<String> names) {
        ClientRequest request = first.get();
        return request == null ? Map.of() : values(names, name -> parameter(request.url(), name));
    }

    private static Map<String, String> values(Collection<String> names, Function<String, @Nullable String> value) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : names) {
            String text = value.apply(name);
            if (text != null) {
                values.put(name, text);
            }
        }
        return values;
    }

    private static @Nullable String parameter(URI url, String name) {
        MultiValueMap<String, String> parameters =
                UriComponentsBuilder.fromUri(url).build().getQueryParams();
        String value = parameters.getFirst(UriUtils.encode(name, StandardCharsets.UTF_8));
        return value == null ? null : UriUtils.decode(value, StandardCharsets.UTF_8);
    }
}
