package io.durablestreams.autoconfigure.connection;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.HttpRedirects;
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
 * The connections for one purpose. They are separate from all other connections, but have the HTTP settings of the
 * application. {@link #cut} fails the exchanges in flight until {@link #open} allows new ones, and {@link #close} ends
 * them with the application.
 *
 * <p>Redirects are followed only if the application has configured that, by a {@link RedirectingConnector}.
 *
 * <p>Connectors other than Reactor Netty's manage their connections themselves, and the limits of the pool do not apply.
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
     * @param connections the builder of the Reactor Netty pool
     * @param builder the builder of the connector
     * @param settings the HTTP settings of the connector
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
                ? reactor.withHttpClientFactory(() -> HttpClient.create(StreamConnections.quiet(provider)))
                        .withHttpClientCustomizer(
                                client -> StreamConnections.configure(client).followRedirect(false))
                : builder;
        ClientHttpConnector connector = own.build(settings.withRedirects(HttpRedirects.DONT_FOLLOW));
        return new Connected(
                followsRedirects() ? new RedirectingConnector(connector) : connector, provider, Sinks.empty());
    }

    /** Spring Boot would follow redirects if the application has configured nothing. */
    private boolean followsRedirects() {
        return settings.redirects() == HttpRedirects.FOLLOW
                || settings.redirects() == HttpRedirects.FOLLOW_WHEN_POSSIBLE;
    }

    @Override
    public Mono<ClientHttpResponse> connect(
            HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
        return switch (state) {
            case OPEN -> current.connect(method, uri, requestCallback);
            case CUT -> Mono.error(() -> new ConnectException("the application is stopped"));
            case CLOSED -> Mono.error(ConnectionPool::closed);
        };
    }

    private static CancellationException closed() {
        return new CancellationException("the application is closed");
    }

    /** Allows exchanges after a cut, with a new connector, because the event loops of the previous connector may have ended. */
    synchronized void open() {
        if (state == State.CUT) {
            current = connected();
            state = State.OPEN;
        }
    }

    /** Fails the exchanges in flight. Retries fail too, until {@link #open} is called. */
    synchronized void cut() {
        if (state == State.OPEN) {
            state = State.CUT;
            current.end(new IOException("the application has cut its connections"));
        }
    }

    /** Fails the exchanges in flight and all later ones. Reads and undelivered messages fail instead of retrying. */
    synchronized void close() {
        state = State.CLOSED;
        // From the cause, the client knows that a retry would be refused.
        current.end(new IOException("the application is closed", closed()));
    }

    /**
     * A connector and its exchanges in flight.
     *
     * @param connector the connector
     * @param connections the pool of the connector
     * @param cut fails the exchanges. Closing the connections is not enough, because it does not fail exchanges that wait
     *     for a connection when the event loops end
     */
    private record Connected(
            ClientHttpConnector connector, ConnectionProvider connections, Sinks.Empty<ClientHttpResponse> cut) {

        Mono<ClientHttpResponse> connect(
                HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
            Mono<ClientHttpResponse> exchange = connector
                    .connect(method, uri, requestCallback)
                    .<ClientHttpResponse>map(response -> new CutResponse(response, this))
                    .doOnNext(this::releaseIfLate);
            return Mono.firstWithSignal(exchange, cut.asMono()).onErrorStop();
        }

        /** Releases the buffers of a response that arrives after the cut. They would leak, as it has no subscriber. */
        private void releaseIfLate(ClientHttpResponse response) {
            if (isCut()) {
                response.getBody().subscribe(DataBufferUtils::release, cutAsWell -> {});
            }
        }

        /**
         * Fails a body on a cut. The source is ended first, and the error is appended, because only this cancels the
         * source, which closes its connection.
         */
        Flux<DataBuffer> untilCut(Flux<DataBuffer> body) {
            return body.takeUntilOther(cut.asMono().onErrorComplete())
                    .concatWith(Mono.defer(() -> isCut() ? cut.asMono().then(Mono.<DataBuffer>empty()) : Mono.empty()));
        }

        private boolean isCut() {
            return Boolean.TRUE.equals(cut.scan(Scannable.Attr.TERMINATED));
        }

        void end(IOException reason) {
            cut.tryEmitError(reason);
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
