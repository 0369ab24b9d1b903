package io.durablestreams.autoconfigure;

import java.net.ConnectException;
import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Supplier;

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
    private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final Supplier<ClientHttpConnector> connectors;
    private volatile ClientHttpConnector connector;
    private volatile State state = State.OPEN;

    private enum State {
        OPEN,
        CUT,
        CLOSED
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
        ClientHttpConnectorBuilder<?> own = builder instanceof ReactorClientHttpConnectorBuilder reactor
                ? reactor.withHttpClientFactory(() -> HttpClient.create(connections))
                        .withHttpClientCustomizer(
                                client -> client.channelGroup(channels).compress(compress))
                : builder;
        this.connectors = () -> own.build(settings);
        this.connector = connectors.get();
    }

    @Override
    public Mono<ClientHttpResponse> connect(
            HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
        return switch (state) {
            case OPEN -> connector.connect(method, uri, requestCallback);
            case CUT -> Mono.error(() -> new ConnectException("the application is stopped"));
            case CLOSED -> Mono.error(() -> new CancellationException("the application is closed"));
        };
    }

    /** Lets new connections be made, on the event loops of today: those of before may be gone. */
    void open() {
        connector = connectors.get();
        state = State.OPEN;
    }

    /** Ends what is under way; it may try again, and will succeed after {@link #open}. */
    void cut() {
        state = State.CUT;
        channels.close();
    }

    /** Ends what is under way for good: reads, and messages that a producer could not deliver, end with an error. */
    void close() {
        state = State.CLOSED;
        channels.close();
        connections.dispose();
    }
}
