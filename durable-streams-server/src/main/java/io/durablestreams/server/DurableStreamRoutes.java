package io.durablestreams.server;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

import io.durablestreams.server.handler.DurableStreamHandler;
import io.durablestreams.server.handler.ServerSettings;
import io.durablestreams.server.handler.StreamResponse;

/** Serves a {@link DurableStreamHandler} below a path of a WebFlux application. */
public final class DurableStreamRoutes {

    private DurableStreamRoutes() {}

    /**
     * Returns the route for all requests below a base path, with any method. The name of a stream is the rest of the
     * path after the base path.
     *
     * <p>The route can be combined with other routes, and nested in them. In a nest, the base path is relative to the
     * path of the nest.
     *
     * <p>The route sends the responses of the handler unchanged. It uses neither the codecs nor the view resolvers of
     * the application. It does not block, and calls the handler on the thread of the request. If the client
     * disconnects, the response of the handler is cancelled.
     *
     * <p>Spring answers CORS preflight requests before it looks for a route. To serve browsers from other origins,
     * allow these origins in the application's CORS configuration. If that configuration also adds headers to ordinary
     * responses, turn {@link ServerSettings#cors()} off.
     *
     * @param handler answers the requests
     * @param basePath the path of the streams, such as {@code /v1/stream}, or {@code /} for all paths; a slash at its
     *     end is ignored
     * @return the route
     * @throws IllegalArgumentException if the base path does not begin with a slash
     */
    public static RouterFunction<ServerResponse> of(DurableStreamHandler handler, String basePath) {
        String base = withoutSlashAtTheEnd(basePath);
        return request -> {
            // The path is relative to a nest only here: the handler function receives the original request.
            String path = request.requestPath().pathWithinApplication().value();
            return path.startsWith(base + "/")
                    ? Mono.just(whole -> handle(handler, whole, path.substring(base.length())))
                    : Mono.empty();
        };
    }

    static String requireSlashAtTheBeginning(String basePath) {
        if (!basePath.startsWith("/")) {
            throw new IllegalArgumentException("basePath must begin with a slash, but is '" + basePath + "'");
        }
        return basePath;
    }

    static String withoutSlashAtTheEnd(String basePath) {
        requireSlashAtTheBeginning(basePath);
        return basePath.endsWith("/") ? basePath.substring(0, basePath.length() - 1) : basePath;
    }

    private static Mono<ServerResponse> handle(DurableStreamHandler handler, ServerRequest request, String path) {
        ServerHttpRequest received = request.exchange().getRequest();
        return handler.handle(HttpMessages.request(received, path)).flatMap(DurableStreamRoutes::write);
    }

    private static Mono<ServerResponse> write(StreamResponse response) {
        return ServerResponse.status(response.status())
                .headers(headers -> response.headers().forEach(headers::set))
                .build((exchange, context) -> HttpMessages.write(response.body(), exchange.getResponse()));
    }
}
