package io.durablestreams.autoconfigure.connection;

import java.net.URI;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpRequestDecorator;
import org.springframework.http.client.reactive.ClientHttpResponse;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClientRequest;

import io.durablestreams.protocol.StreamHeaders;

/**
 * Follows redirects, because the connectors of HTTP libraries send the headers of the application to other origins, too.
 *
 * <ul>
 *   <li>A request to another origin has the headers of the protocol only, and no cookies.
 *   <li>A redirect that changes the method of a request is not followed (301, 302 and 303, except of GET and HEAD).
 *   <li>A redirect from https to http is not followed, nor is one that drops the query.
 *   <li>A redirect that is not followed is the response, and so is the last one of a long chain.
 * </ul>
 */
final class RedirectingConnector implements ClientHttpConnector {

    private static final int MAX_REDIRECTS = 5;
    private static final int MAX_BODY_BYTES = 16 * 1024;
    private static final Set<Integer> FOR_READING = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> FOR_ALL_METHODS = Set.of(307, 308);
    private static final Set<String> PROTOCOL_HEADERS = Stream.of(
                    "Accept",
                    "Content-Type",
                    "Content-Length",
                    "If-None-Match",
                    StreamHeaders.STREAM_TTL,
                    StreamHeaders.STREAM_EXPIRES_AT,
                    StreamHeaders.STREAM_CLOSED,
                    StreamHeaders.STREAM_SEQ,
                    StreamHeaders.PRODUCER_ID,
                    StreamHeaders.PRODUCER_EPOCH,
                    StreamHeaders.PRODUCER_SEQ)
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> CLIENT_HEADERS = Set.of("host", "user-agent");

    private final ClientHttpConnector connector;

    /**
     * Creates a connector.
     *
     * @param connector sends the requests, and does not follow redirects
     */
    RedirectingConnector(ClientHttpConnector connector) {
        this.connector = connector;
    }

    @Override
    public Mono<ClientHttpResponse> connect(
            HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
        return follow(new Course(method, uri, false, 0), requestCallback);
    }

    private Mono<ClientHttpResponse> follow(Course course, Function<? super ClientHttpRequest, Mono<Void>> callback) {
        return connector
                .connect(
                        course.method(),
                        course.target(),
                        request ->
                                callback.apply(course.leftOrigin() ? new WithoutApplicationHeaders(request) : request))
                .flatMap(response -> {
                    Course next = course.after(response);
                    return next == null
                            ? Mono.just(response)
                            : drained(response).then(Mono.defer(() -> follow(next, callback)));
                });
    }

    /** Reads a short body to its end, so that the connection can be reused, and closes the connection of a long one. */
    private static Mono<Void> drained(ClientHttpResponse response) {
        return DataBufferUtils.takeUntilByteCount(response.getBody(), MAX_BODY_BYTES)
                .doOnNext(DataBufferUtils::release)
                .then()
                .onErrorComplete();
    }

    /**
     * The request that is sent next.
     *
     * @param method its method
     * @param target its URL
     * @param leftOrigin whether a redirect has led to another origin. It stays true if a later redirect leads back
     * @param redirects the number of redirects so far
     */
    private record Course(HttpMethod method, URI target, boolean leftOrigin, int redirects) {

        /** Returns the next request after a redirect, or null if the response is not to be followed. */
        @Nullable
        Course after(ClientHttpResponse response) {
            int status = response.getStatusCode().value();
            boolean reading = method == HttpMethod.GET || method == HttpMethod.HEAD;
            String location = response.getHeaders().getFirst(HttpHeaders.LOCATION);
            if (!(reading ? FOR_READING : FOR_ALL_METHODS).contains(status)
                    || location == null
                    || redirects == MAX_REDIRECTS) {
                return null;
            }
            URI next = resolved(location);
            return next == null
                    ? null
                    : new Course(method, next, leftOrigin || !origin(next).equals(origin(target)), redirects + 1);
        }

        private @Nullable URI resolved(String location) {
            try {
                URI next = target.resolve(location);
                boolean usable = next.getHost() != null && next.getRawUserInfo() == null;
                boolean asSecure = "https".equalsIgnoreCase(next.getScheme())
                        || "http".equalsIgnoreCase(next.getScheme()) && "http".equalsIgnoreCase(target.getScheme());
                // A read without its offset would begin at the beginning of the stream.
                boolean complete = target.getRawQuery() == null || next.getRawQuery() != null;
                return usable && asSecure && complete ? next : null;
            } catch (IllegalArgumentException malformed) {
                return null;
            }
        }

        private static String origin(URI url) {
            String scheme = url.getScheme().toLowerCase(Locale.ROOT);
            int port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? 443 : 80;
            return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + ":" + port;
        }
    }

    /** A request that drops all headers but those of the protocol before it is sent. */
    private static final class WithoutApplicationHeaders extends ClientHttpRequestDecorator {

        WithoutApplicationHeaders(ClientHttpRequest request) {
            super(request);
        }

        private void drop() {
            HttpHeaders headers = getHeaders();
            for (String name : new ArrayList<>(headers.headerNames())) {
                if (!isOfProtocol(name)) {
                    headers.remove(name);
                }
            }
            getCookies().clear();
            // Headers that the application has set on the HTTP client of Reactor Netty.
            if (getNativeRequest() instanceof HttpClientRequest request) {
                for (String name : request.requestHeaders().names()) {
                    if (!isOfProtocol(name) && !CLIENT_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                        request.requestHeaders().remove(name);
                    }
                }
            }
        }

        private static boolean isOfProtocol(String name) {
            return PROTOCOL_HEADERS.contains(name.toLowerCase(Locale.ROOT));
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            drop();
            return super.writeWith(body);
        }

        @Override
        public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
            drop();
            return super.writeAndFlushWith(body);
        }

        @Override
        public Mono<Void> setComplete() {
            drop();
            return super.setComplete();
        }
    }
}
