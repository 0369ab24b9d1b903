package io.durablestreams.client;

import java.net.URI;

import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.Disposable;

/** Resolves paths against the base URL and makes handles. */
final class DefaultDurableStreamClient implements DurableStreamClient {

    private final DefaultDurableStreamClientBuilder configuration;
    private final StreamContext context;
    private final Disposable connections;

    DefaultDurableStreamClient(
            DefaultDurableStreamClientBuilder configuration, StreamContext context, Disposable connections) {
        this.configuration = configuration;
        this.context = context;
        this.connections = connections;
    }

    @Override
    public DurableStream stream(String path) {
        if (path.startsWith("http://") || path.startsWith("https://")) {
            return stream(URI.create(path));
        }
        if (path.isBlank() || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException(
                    "'" + path + "' is no path of a stream: it must not be blank and must have"
                            + " neither query nor fragment; query parameters are set on the client");
        }
        URI base = baseUrl(path);
        return stream(UriComponentsBuilder.fromUri(base)
                .pathSegment(segments(path))
                .encode()
                .build()
                .toUri());
    }

    private static String[] segments(String path) {
        return path.substring(path.startsWith("/") ? 1 : 0).split("/", -1);
    }

    private URI baseUrl(String path) {
        URI base = configuration.baseUrl();
        if (base == null) {
            throw new IllegalArgumentException(
                    "The client has no base URL to find '" + path + "' below; set one, or name the stream by its URL");
        }
        return base;
    }

    @Override
    public DurableStream stream(URI url) {
        return new DefaultDurableStream(Urls.requireHttp("The URL of a stream", url), context, null);
    }

    @Override
    public Builder mutate() {
        return configuration.copy();
    }

    @Override
    public void dispose() {
        connections.dispose();
    }

    @Override
    public boolean isDisposed() {
        return connections.isDisposed();
    }
}
