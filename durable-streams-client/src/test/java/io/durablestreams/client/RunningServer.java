package io.durablestreams.client;

import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.server.handler.ServerSettings;

/** A server of our own on a free port, and a client of it, for the tests of one class. */
final class RunningServer implements BeforeAllCallback, AfterAllCallback {

    /** The longest wait for anything in these tests: on a busy machine, a second may take ten. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DurableStreamServer server;
    private DurableStreamClient client;

    RunningServer() {
        this(ServerSettings.DEFAULT.withLongPollTimeout(Duration.ofMillis(200)));
    }

    RunningServer(ServerSettings settings) {
        this.server = DurableStreamServer.builder().port(0).settings(settings).build();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        client = DurableStreamClient.create(server.start().block(PATIENCE).toString());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        client.dispose();
        server.stop().block(PATIENCE);
    }

    DurableStreamClient client() {
        return client;
    }

    /** A stream that no other test uses. */
    DurableStream newStream(StreamSpec spec) {
        DurableStream stream = client.stream("test/" + UUID.randomUUID());
        stream.create(spec).block(PATIENCE);
        return stream;
    }
}
