package io.durablestreams.client;

import org.jspecify.annotations.Nullable;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * The connections of a client that was given no {@link WebClient}: one pool for requests, one for live reads. Neither asks
 * for compressed answers: Netty does not notice when the compressed bytes of an answer end too early, and the rest of a
 * binary stream would be missing without a word.
 */
final class ClientConnections implements Disposable {

    private final ConnectionSettings settings;
    private @Nullable ConnectionProvider requests;
    private @Nullable ConnectionProvider liveReads;

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

    private static WebClient webClient(HttpClient client) {
        // Reactor Netty would repeat a request by itself, and a plain append must not be repeated.
        return WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(client.disableRetry(true)))
                .build();
    }

    @Override
    public void dispose() {
        dispose(requests);
        dispose(liveReads);
    }

    private static void dispose(@Nullable ConnectionProvider pool) {
        if (pool != null) {
            pool.dispose();
        }
    }
}
