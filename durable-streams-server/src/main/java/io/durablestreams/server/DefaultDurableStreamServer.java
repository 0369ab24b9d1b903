package io.durablestreams.server;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.RouterFunctions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

import io.durablestreams.server.handler.DurableStreamHandler;

/** Serves a {@link DurableStreamHandler} with Reactor Netty. Each start has event loops of its own. */
final class DefaultDurableStreamServer implements DurableStreamServer {

    /**
     * Spring refuses every preflight request of a router function that has no CORS configuration. The handler answers
     * preflight requests itself, so Spring must not recognise them.
     */
    private static final HandlerStrategies STRATEGIES = HandlerStrategies.builder()
            .webFilter((exchange, chain) -> chain.filter(exchange.mutate()
                    .request(request ->
                            request.headers(headers -> headers.remove(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD)))
                    .build()))
            .build();

    private static final Logger log = LoggerFactory.getLogger(DefaultDurableStreamServer.class);

    /**
     * The longest time that requests in progress may take to finish when the server stops. Only clients that accept no
     * bytes need more than an instant.
     */
    private static final Duration GRACE = Duration.ofSeconds(3);

    /**
     * The time that event loops keep running before they end. Without it, a connection that is accepted at the last
     * moment is registered after the loop has closed all others. It is then never closed, and its client never stops
     * waiting (measured).
     */
    private static final Duration QUIET_PERIOD = Duration.ofMillis(50);

    /** The time after which an idle connection is closed. Clients keep idle connections for a shorter time. */
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);

    private final DurableStreamHandler handler;
    private final String basePath;
    private final HttpServer httpServer;
    private final AtomicReference<@Nullable Listening> running = new AtomicReference<>();

    /** The last stop. It continues if its subscriber cancels, and a second stop waits for it too. */
    private volatile Mono<Void> stop = Mono.empty();

    /**
     * A started server. It does not use Reactor Netty's shared event loops: these end when any application context in
     * this JVM is closed, while other contexts may still use this server.
     */
    private record Listening(DisposableServer server, LoopResources loops) {

        URI url(String basePath) {
            InetSocketAddress address = (InetSocketAddress) server.address();
            String host = address.getAddress().isAnyLocalAddress()
                    ? "localhost"
                    : address.getAddress().getHostAddress();
            String literal = host.indexOf(':') < 0 ? host : "[" + host + "]";
            return URI.create("http://" + literal + ":" + address.getPort() + basePath);
        }

        /** Waits up to {@link #GRACE} for requests in progress, and then closes the remaining connections. */
        Mono<Void> end() {
            return Mono.<Void>fromRunnable(() -> server.disposeNow(GRACE))
                    .subscribeOn(Schedulers.boundedElastic())
                    .onErrorResume(IllegalStateException.class, late -> {
                        log.warn("Cut connections whose clients did not take their answers within {}", GRACE);
                        return Mono.empty();
                    })
                    .then(loops.disposeLater(QUIET_PERIOD, GRACE));
        }
    }

    DefaultDurableStreamServer(String host, int port, String basePath, DurableStreamHandler handler) {
        this.handler = handler;
        this.basePath = DurableStreamRoutes.withoutSlashAtTheEnd(basePath);
        this.httpServer = httpServer(host, port, IDLE_TIMEOUT)
                .handle(new ReactorHttpHandlerAdapter(
                        RouterFunctions.toHttpHandler(DurableStreamRoutes.of(handler, basePath), STRATEGIES)));
    }

    static HttpServer httpServer(String host, int port, Duration idleTimeout) {
        return HttpServer.create().host(host).port(port).forwarded(true).idleTimeout(idleTimeout);
    }

    @Override
    public Mono<URI> start() {
        return Mono.defer(() -> {
                    if (isRunning()) {
                        return Mono.just(url());
                    }
                    handler.startLiveReads();
                    return listen(LoopResources.create("durable-streams-server"));
                })
                .onErrorStop();
    }

    private Mono<URI> listen(LoopResources loops) {
        // With a channel group, a stop also closes the connections.
        HttpServer server = httpServer.runOn(loops).channelGroup(new DefaultChannelGroup(GlobalEventExecutor.INSTANCE));
        // Set by the first of two events: the server listens, or the start is cancelled. A cancellation may also arrive
        // after the start.
        AtomicBoolean decided = new AtomicBoolean();
        // A bind that is cancelled during its subscription would create loops after they were disposed. A warm-up does
        // not.
        return server.warmup()
                .then(Mono.defer(server::bind))
                .doOnError(failure -> loops.dispose())
                .filter(bound -> decided.compareAndSet(false, true))
                .flatMap(bound -> keepFirst(new Listening(bound, loops)))
                .doOnCancel(() -> {
                    if (decided.compareAndSet(false, true)) {
                        loops.dispose();
                    }
                });
    }

    @Override
    public Mono<Void> stop() {
        return Mono.defer(() -> {
                    Listening listening = running.getAndSet(null);
                    if (listening != null) {
                        stop = Mono.when(handler.stopLiveReads(), listening.end())
                                .cache();
                    }
                    return stop;
                })
                .onErrorStop();
    }

    private Mono<URI> keepFirst(Listening started) {
        boolean first = running.compareAndSet(null, started);
        return (first ? Mono.<Void>empty() : started.end()).then(Mono.fromSupplier(this::url));
    }

    @Override
    public URI url() {
        Listening listening = running.get();
        if (listening == null) {
            throw new IllegalStateException("The server has no URL: it is not started");
        }
        return listening.url(basePath);
    }

    @Override
    public boolean isRunning() {
        return running.get() != null;
    }
}
