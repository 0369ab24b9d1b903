package io.durablestreams.autoconfigure;

import java.net.URI;
import java.time.Duration;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.server.handler.ServerSettings;

/**
 * A server that no context under test owns, and a client of it, for the tests of one class. Neither uses the shared event
 * loops, which end with every context.
 */
final class ExternalServer implements BeforeAllCallback, AfterAllCallback {

    private final DurableStreamServer server = DurableStreamServer.builder()
            .port(0)
            .basePath("/v1/stream")
            .settings(ServerSettings.DEFAULT.withLongPollTimeout(Duration.ofSeconds(1)))
            .build();
    private final LoopResources loops = LoopResources.create("external");
    private DurableStreamClient client;

    @Override
    public void beforeAll(ExtensionContext context) {
        URI url = server.start().block(Contexts.TIMEOUT);
        WebClient http = http().build();
        client = DurableStreamClient.builder()
                .baseUrl(url.toString())
                .webClient(http)
                .liveWebClient(http)
                .build();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        server.stop().block(Contexts.TIMEOUT);
        loops.disposeLater(Duration.ZERO, Contexts.TIMEOUT).block(Contexts.TIMEOUT);
    }

    String url() {
        return server.url().toString();
    }

    /** The configuration that names this server. */
    String property() {
        return "durable-streams.url=" + url();
    }

    DurableStreamClient client() {
        return client;
    }

    /** Requests on event loops that no context ends. */
    WebClient.Builder http() {
        return WebClient.builder()
                .clientConnector(
                        new ReactorClientHttpConnector(HttpClient.create().runOn(loops)));
    }
}
