package io.durablestreams.autoconfigure.connection;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import org.springframework.http.client.reactive.ClientHttpResponseDecorator;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

import io.durablestreams.client.exchange.StreamConnections;

/**
 * Connections for one purpose, apart from all others but set up as the application sets up all of them. They can be
 * cut, with whatever is under way on them, and be allowed again, until they are closed for good.
 *
 * <p>With another connector than Reactor Netty's, that connector rules its connections and there is no pool to size.
 */
final class ConnectionPool implements ClientHttpConnector {

    private final ConnectionProvider.Builder connections;
    private final ClientHttpConnectorBuilder<?> builder;
    private final HttpClientSettings settings;
    private volatile Connected current;
    private volatile State state = State.OPEN;

    private enum State {
        OPEN,
        CUT,
        CLOSED
    }

    /**
     * Creates a pool.
     *
     * @param connections makes what keeps the connections
     * @param builder makes the connector
     * @param settings what the connector is made with
     */
    ConnectionPool(
            ConnectionProvider.Builder connections,
            ClientHttpConnectorBuilder<?> builder,
            HttpClientSettings settings) {
        this.connections = connections;
        this.builder = builder;
        this.settings = settings;
        this.current = connected();
    }

    private Connected connected() {
        ConnectionProvider provider = connections.build();
        ClientHttpConnectorBuilder<?> own = builder instanceof ReactorClientHttpConnectorBuilder reactor
                ? reactor.withHttpClientFactory(() -> HttpClient.create(provider))
                        .withHttpClientCustomizer(StreamConnections::configure)
                : builder;
        return new Connected(own.build(settings), provider, Sinks.empty());
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
    }

    /**
     * A connector with all that goes on over it.
     *
     * @param connector makes exchanges
     * @param connections keeps connections
     * @param cut fails the exchanges; that connections are closed does not reach those that wait for one when the event
     *     loops end
     */
    private record Connected(
            ClientHttpConnector connector, ConnectionProvider connections, Sinks.Empty<ClientHttpResponse> cut) {

        Mono<ClientHttpResponse> connect(
                HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
            Mono<ClientHttpResponse> exchange = connector
                    .connect(method, uri, requestCallback)
                    .<ClientHttpResponse>map(response -> new CutResponse(response, this))
                    .doOnNext(this::releaseIfLate);
            return Mono.firstWithSignal(exchange, cut.asMono());
        }

        /** What comes after the cut reaches nobody, and its bytes would be lost to their pool. */
        private void releaseIfLate(ClientHttpResponse response) {
            if (isCut()) {
                response.getBody().subscribe(DataBufferUtils::release, cutAsWell -> {});
            }
        }

        /** The cut ends the body instead of failing it: only then is it cancelled, which closes its connection. */
        Flux<DataBuffer> untilCut(Flux<DataBuffer> body) {
            return body.takeUntilOther(cut.asMono().onErrorComplete())
                    .concatWith(Mono.defer(() -> isCut() ? cut.asMono().then(Mono.<DataBuffer>empty()) : Mono.empty()));
        }

        private boolean isCut() {
            return Boolean.TRUE.equals(cut.scan(Scannable.Attr.TERMINATED));
        }

        void end() {
            cut.tryEmitError(new IOException("the application has cut its connections"));
            connections.dispose();
        }
    }

    /** A response whose body fails when the connections are cut. */
    private static final class CutResponse extends ClientHttpResponseDecorator {

        private final Connected connected;

        CutResponse(ClientHttpResponse response, Connected connected) {
            super(response);
            this.connected = connected;
        }

        @Override
        public Flux<DataBuffer> getBody() {
            return connected.untilCut(super.getBody());
        }
    }
}
