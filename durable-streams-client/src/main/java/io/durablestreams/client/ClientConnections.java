package io.durablestreams.client;

import java.time.Duration;

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

    static final int REQUEST_CONNECTIONS = 100;

    private static final int LIVE_CONNECTIONS = 500;

    // Servers close idle connections, the reference server after 5 s; a shorter idle time here avoids most of the
    // races.
    private static final Duration MAX_IDLE = Duration.ofSeconds(4);
    private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(10);

    private final int requestConnections;
    private @Nullable ConnectionProvider requests;
    private @Nullable ConnectionProvider liveReads;

    /**
     * Creates connections.
     *
     * @param requestConnections limit of those for requests that are answered at once
     */
    ClientConnections(int requestConnections) {
        this.requestConnections = requestConnections;
    }

    WebClient forRequests() {
        requests = pool("durable-streams-requests", requestConnections);
        return webClient(HttpClient.create(requests));
    }

    WebClient forLiveReads() {
        liveReads = pool("durable-streams-live", LIVE_CONNECTIONS);
        return webClient(HttpClient.create(liveReads));
    }

    private static ConnectionProvider pool(String name, int maxConnections) {
        return ConnectionProvider.builder(name)
                .maxConnections(maxConnections)
                .pendingAcquireTimeout(ACQUIRE_TIMEOUT)
                .maxIdleTime(MAX_IDLE)
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
