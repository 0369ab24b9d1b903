package io.durablestreams.client;

import java.util.concurrent.CancellationException;

import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * The connections of a client that was given no {@link WebClient}: one pool for requests, one for live reads. Neither asks
 * for compressed answers: Netty does not notice when the compressed bytes of an answer end too early, and the rest of a
 * binary stream would be missing without a word.
 */
final class ClientConnections implements Disposable {

    // The pools close idle connections only, and would be made anew for whoever asks for another one.
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final ConnectionSettings settings;
    private @Nullable ConnectionProvider requests;
    private @Nullable ConnectionProvider liveReads;
    private volatile boolean disposed;

    ClientConnections(ConnectionSettings settings) {
        this.settings = settings;
    }

    WebClient forRequests() {
        requests = pool("durable-streams-requests", settings.maxConnections());
        return webClient(HttpClient.create(requests));
    }

    WebClient forLiveReads() {
        liveReads = pool("durable-streams-live", settings.maxLiveConnections());
        return webClient(HttpClient.create(liveReads));
    }

    private ConnectionProvider pool(String name, int maxConnections) {
        return ConnectionProvider.builder(name)
                .maxConnections(maxConnections)
                .pendingAcquireTimeout(settings.acquireTimeout())
                .maxIdleTime(settings.maxIdleTime())
                .lifo()
                .build();
    }

    private WebClient webClient(HttpClient client) {
        // Reactor Netty would repeat a request by itself, and a plain append must not be repeated.
        HttpClient own = client.disableRetry(true).doOnChannelInit((observer, channel, address) -> open.add(channel));
        ClientHttpConnector connector = new ReactorClientHttpConnector(own);
        return WebClient.builder()
                .clientConnector((method, url, callback) ->
                        disposed ? Mono.error(ClientConnections::refusal) : connector.connect(method, url, callback))
                .build();
    }

    private static CancellationException refusal() {
        return new CancellationException("the client is disposed");
    }

    @Override
    public void dispose() {
        disposed = true;
        open.close();
        dispose(requests);
        dispose(liveReads);
    }

    private static void dispose(@Nullable ConnectionProvider pool) {
        if (pool != null) {
            pool.dispose();
        }
    }
}
