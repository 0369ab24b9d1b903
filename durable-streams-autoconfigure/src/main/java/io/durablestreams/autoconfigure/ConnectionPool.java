package io.durablestreams.autoconfigure;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * Connections for one purpose, apart from all others but set up as the application sets up all of them. They can be
 * cut, with whatever is under way on them, and be allowed again, until they are closed for good.
 *
 * <p>With another connector than Reactor Netty's, that connector rules its connections: there is no pool to size, and
 * cutting only keeps new exchanges from starting.
 */
final class ConnectionPool implements ClientHttpConnector {

    private final ConnectionProvider connections;
    private final ClientHttpConnectorBuilder<?> builder;
    private final HttpClientSettings settings;
    private final boolean compress;
    private volatile Connected current;
    private volatile State state = State.OPEN;

    private enum State {
        OPEN,
        CUT,
        CLOSED
    }

    /**
     * A connector with all that goes on over it.
     *
     * @param connector makes connections
     * @param channels the connections; once closed, it closes those that come late, too
     * @param cut fails the exchanges that wait for a connection or an answer, since what they wait for may get lost when
     *     event loops end
     */
    private record Connected(ClientHttpConnector connector, ChannelGroup channels, Sinks.Empty<Void> cut) {

        Mono<ClientHttpResponse> connect(
                HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
            return connector.connect(method, uri, requestCallback).takeUntilOther(cut.asMono());
        }

        void end() {
            channels.close();
            cut.tryEmitError(new IOException("the application has cut its connections"));
        }
    }

    /**
     * Creates a pool.
     *
     * @param connections keeps the connections
     * @param builder makes the connector
     * @param settings what the connector is made with
     * @param compress whether to ask for compressed answers
     */
    ConnectionPool(
            ConnectionProvider connections,
            ClientHttpConnectorBuilder<?> builder,
            HttpClientSettings settings,
            boolean compress) {
        this.connections = connections;
        this.builder = builder;
        this.settings = settings;
        this.compress = compress;
        this.current = connected();
    }

    private Connected connected() {
        // Reactor Netty would repeat a request by itself, and a plain append must not be repeated.
        ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
        ClientHttpConnectorBuilder<?> own = builder instanceof ReactorClientHttpConnectorBuilder reactor
                ? reactor.withHttpClientFactory(() -> HttpClient.create(connections))
                        .withHttpClientCustomizer(client ->
                                client.channelGroup(channels).compress(compress).disableRetry(true))
                : builder;
        return new Connected(own.build(settings), channels, Sinks.empty());
    }

    @Override
    public Mono<ClientHttpResponse> connect(
            HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
        return switch (state) {
            case OPEN -> current.connect(method, uri, requestCallback);
            case CUT -> Mono.error(() -> new ConnectException("the application is stopped"));
            case CLOSED -> Mono.error(() -> new CancellationException("the application is closed"));
        };
    }

    /** Lets new connections be made, on the event loops of today: those of before may be gone. */
    void open() {
        current = connected();
        state = State.OPEN;
    }

    /** Ends what is under way; it may try again, and will succeed after {@link #open}. */
    void cut() {
        state = State.CUT;
        current.end();
    }

    /** Ends what is under way for good: reads, and messages that a producer could not deliver, end with an error. */
    void close() {
        state = State.CLOSED;
        current.end();
        connections.dispose();
    }
}
