package io.durablestreams.client.exchange;

import java.net.SocketAddress;
import java.util.Map;
import java.util.function.Supplier;

import io.netty.resolver.AddressResolverGroup;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.transport.TransportConfig;
import reactor.util.context.Context;

/**
 * A pool whose connections do not log their failures at WARN. Reactor Netty logs each failed handshake, with its stack
 * trace, and each connection that ends without a response. During an outage these lines fill the log. The client gets the
 * failures too, and reports them.
 */
final class QuietConnections implements ConnectionProvider {

    private static final Logger log = LoggerFactory.getLogger(QuietConnections.class);

    private final ConnectionProvider pool;

    QuietConnections(ConnectionProvider pool) {
        this.pool = pool;
    }

    @Override
    public Mono<? extends Connection> acquire(
            TransportConfig config,
            ConnectionObserver observer,
            @Nullable Supplier<? extends SocketAddress> remoteAddress,
            @Nullable AddressResolverGroup<?> resolverGroup) {
        return Mono.fromDirect(subscriber -> {
            Exchange exchange = new Exchange(subscriber, observer);
            pool.acquire(config, exchange, remoteAddress, resolverGroup).subscribe(exchange);
        });
    }

    /**
     * Passes the failures of a connection to the subscriber, and everything else to the observer. The observer would log
     * a failure and pass it to the same receiver. A connection may fail after it was acquired, so the completion of the
     * subscriber, which has no effect, is left out.
     */
    private static final class Exchange implements CoreSubscriber<Connection>, ConnectionObserver {

        private final Subscriber<? super Connection> subscriber;
        private final ConnectionObserver observer;

        Exchange(Subscriber<? super Connection> subscriber, ConnectionObserver observer) {
            this.subscriber = subscriber;
            this.observer = observer;
        }

        @Override
        public Context currentContext() {
            return observer.currentContext();
        }

        @Override
        public void onStateChange(Connection connection, State newState) {
            observer.onStateChange(connection, newState);
        }

        @Override
        public void onUncaughtException(Connection connection, Throwable error) {
            if (error.getClass().getSimpleName().startsWith("Redirect")) {
                observer.onUncaughtException(connection, error); // No failure, but the way to another request.
                return;
            }
            log.debug("Connection {} failed", connection.channel(), error);
            subscriber.onError(error);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(Connection connection) {
            subscriber.onNext(connection);
        }

        @Override
        public void onError(Throwable failure) {
            subscriber.onError(failure);
        }

        @Override
        public void onComplete() {}
    }

    @Override
    public void disposeWhen(SocketAddress address) {
        pool.disposeWhen(address);
    }

    @Override
    public Mono<Void> disposeLater() {
        return pool.disposeLater();
    }

    @Override
    public void dispose() {
        pool.dispose();
    }

    @Override
    public boolean isDisposed() {
        return pool.isDisposed();
    }

    @Override
    public int maxConnections() {
        return pool.maxConnections();
    }

    @Override
    public @Nullable Map<SocketAddress, Integer> maxConnectionsPerHost() {
        return pool.maxConnectionsPerHost();
    }

    @Override
    public ConnectionProvider.@Nullable Builder mutate() {
        return pool.mutate();
    }

    @Override
    public @Nullable String name() {
        return pool.name();
    }
}
