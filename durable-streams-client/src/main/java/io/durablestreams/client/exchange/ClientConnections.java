package io.durablestreams.client.exchange;

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
 * The connections of a client without a {@link WebClient} of the application: one pool for requests, and one for live
 * reads.
 */
public final class ClientConnections implements Disposable {

    // Disposing a pool closes only its idle connections, and a later request would create the pool again.
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final ConnectionSettings settings;
    private @Nullable ConnectionProvider requests;
    private @Nullable ConnectionProvider liveReads;
    private volatile boolean disposed;

    public ClientConnections(ConnectionSettings settings) {
        this.settings = settings;
    }

    public WebClient forRequests() {
        requests = StreamConnections.requestPool(settings).build();
        return webClient(requests);
    }

    public WebClient forLiveReads() {
        liveReads = StreamConnections.liveReadPool(settings).build();
        return webClient(liveReads);
    }

    /** Returns whether the client has connections of its own, so that its reads end with it. */
    public boolean areUsed() {
        return requests != null || liveReads != null;
    }

    private WebClient webClient(ConnectionProvider pool) {
        HttpClient client = StreamConnections.configure(HttpClient.create(StreamConnections.quiet(pool)))
                .doOnChannelInit((observer, channel, address) -> open.add(channel));
        ClientHttpConnector connector = new ReactorClientHttpConnector(client);
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
