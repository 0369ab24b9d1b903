package io.durablestreams.server;

import java.io.IOException;
import java.util.Objects;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServletHttpHandlerAdapter;
import reactor.core.publisher.Mono;

import io.durablestreams.server.handler.DurableStreamHandler;
import io.durablestreams.server.handler.StreamResponse;

/**
 * Serves a {@link DurableStreamHandler} in a servlet container, such as the one of a Spring MVC application. Filters
 * apply to it, so Spring Security can protect the streams.
 *
 * <p>Map the servlet to a path prefix, such as {@code /v1/stream/*}, and let it answer asynchronously. The name of a
 * stream is the rest of the path after the prefix. With Spring Boot:
 *
 * <pre>{@code
 * @Bean
 * ServletRegistrationBean<DurableStreamServlet> streams(DurableStreamHandler handler) {
 *     return new ServletRegistrationBean<>(new DurableStreamServlet(handler), "/v1/stream/*");
 * }
 * }</pre>
 *
 * <p>The servlet needs a thread of the container only to begin a request. Live reads that wait occupy no thread. A
 * response is written as fast as its client reads. If the client disconnects, the response of the handler is cancelled
 * when the container notices it, which may be at the next write.
 *
 * <p>A container may refuse paths before they reach the servlet. Tomcat and the firewall of Spring Security refuse
 * {@code %2F} and {@code ;} in names by default.
 */
public final class DurableStreamServlet extends ServletHttpHandlerAdapter {

    /**
     * Creates a servlet.
     *
     * @param handler answers the requests
     */
    public DurableStreamServlet(DurableStreamHandler handler) {
        super(httpHandler(handler));
    }

    private static HttpHandler httpHandler(DurableStreamHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return (request, response) -> {
            String path = request.getPath().pathWithinApplication().value();
            if (!path.startsWith("/")) {
                response.setStatusCode(HttpStatusCode.valueOf(404));
                return response.setComplete();
            }
            return handler.handle(HttpMessages.request(request, path))
                    .flatMap(answer -> write(answer, response))
                    // The container would log a stack trace for each client that disconnects.
                    .onErrorComplete(failure -> failure instanceof IOException && response.isCommitted());
        };
    }

    private static Mono<Void> write(StreamResponse answer, ServerHttpResponse response) {
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        answer.headers().forEach(response.getHeaders()::set);
        return HttpMessages.write(answer.body(), response);
    }
}
