package io.durablestreams.autoconfigure;

import java.net.URI;
import java.time.Duration;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.server.ServerSettings;

/** A server that no context under test owns, and a client of it, for the tests of one class. */
final class ExternalServer implements BeforeAllCallback, AfterAllCallback {

    private final DurableStreamServer server = DurableStreamServer.builder()
            .port(0)
            .basePath("/v1/stream")
            .settings(ServerSettings.DEFAULT.withLongPollTimeout(Duration.ofSeconds(1)))
            .build();
    private DurableStreamClient client;

    @Override
    public void beforeAll(ExtensionContext context) {
        URI url = server.start().block(Contexts.TIMEOUT);
        client = DurableStreamClient.create(url.toString());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        client.dispose();
        server.stop().block(Contexts.TIMEOUT);
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
}
