package io.durablestreams.client;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import org.springframework.web.util.UriUtils;
import reactor.core.publisher.Mono;

import io.durablestreams.client.exchange.ClientConnections;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.SettingsChecks;

/** Resolves paths against the base URL and creates handles. */
final class DefaultDurableStreamClient implements DurableStreamClient {

    private static final Pattern ABSOLUTE = Pattern.compile("https?://", Pattern.CASE_INSENSITIVE);

    private final DefaultDurableStreamClientBuilder configuration;
    private final StreamContext context;
    private final ClientConnections connections;
    private volatile boolean disposed;

    DefaultDurableStreamClient(
            DefaultDurableStreamClientBuilder configuration, StreamContext context, ClientConnections connections) {
        this.configuration = configuration;
        this.context = context;
        this.connections = connections;
    }

    @Override
    public DurableStream stream(String path) {
        if (ABSOLUTE.matcher(path).lookingAt()) {
            return stream(Urls.parse("The URL of a stream", path));
        }
        String base = baseUrl(path).toString();
        StringBuilder url = new StringBuilder(base.endsWith("/") ? base.substring(0, base.length() - 1) : base);
        for (String segment : segments(path)) {
            url.append('/').append(UriUtils.encodePathSegment(segment, StandardCharsets.UTF_8));
        }
        return stream(URI.create(url.toString()));
    }

    /**
     * Splits a path. A path always names a stream below the base URL, so dot segments are refused, also with parameters
     * that a server may ignore ({@code ..;a}).
     */
    private static String[] segments(String path) {
        Urls.requireText("The path of a stream", path);
        String[] segments = path.substring(path.startsWith("/") ? 1 : 0).split("/", -1);
        for (String segment : segments) {
            if (segment.isBlank() || segment.startsWith(";") || Urls.hasDots(segment)) {
                throw new IllegalArgumentException(
                        "'" + path + "' is no path of a stream: it has an empty segment, or one of dots only");
            }
        }
        if (path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException("'" + path + "' is no path of a stream: it must have neither query nor"
                    + " fragment; query parameters are set on the client");
        }
        return segments;
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
        return configuration.copyFor(context);
    }

    @Override
    public List<IdempotentProducer> openProducers() {
        return context.producers().open();
    }

    @Override
    public Mono<Void> flush() {
        return context.producers().flush().onErrorStop();
    }

    @Override
    public Mono<Void> closeProducers(Duration timeout) {
        SettingsChecks.requireNotNegative("timeout", timeout);
        return context.producers().close(timeout).onErrorStop();
    }

    @Override
    public void dispose() {
        if (!disposed) {
            disposed = true;
            context.producers().abandon("before the client was disposed");
            if (connections.areUsed()) {
                context.requests().failures().end();
            }
            connections.dispose();
            context.requests().failures().flush();
        }
    }

    @Override
    public boolean isDisposed() {
        return disposed;
    }
}
