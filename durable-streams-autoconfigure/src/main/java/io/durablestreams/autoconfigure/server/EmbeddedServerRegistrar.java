package io.durablestreams.autoconfigure.server;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.env.Environment;

import io.durablestreams.autoconfigure.DurableStreamsConnectionDetails;
import io.durablestreams.autoconfigure.DurableStreamsProperties;
import io.durablestreams.autoconfigure.setup.ConfiguredSettings;
import io.durablestreams.autoconfigure.setup.RunTimeRegistrar;
import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.server.handler.ServerSettings;
import io.durablestreams.server.store.StreamStore;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

/** Registers an embedded server, unless it is disabled or a URL or a bean names another server. */
final class EmbeddedServerRegistrar extends RunTimeRegistrar {

    EmbeddedServerRegistrar(Environment environment) {
        super(environment);
    }

    /** Runs before the registrar of the connection details, which give way to the embedded server. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE - 1;
    }

    @Override
    protected void register(ConfigurableListableBeanFactory beans) {
        String enabled = environment().getProperty("durable-streams.server.enabled", "true");
        if (enabled.equalsIgnoreCase("true")
                && !isSet("durable-streams.url")
                && isMissing(DurableStreamsConnectionDetails.class, beans)) {
            register(beans, "durableStreamsEmbeddedServer", EmbeddedServer.class, () -> server(beans));
        }
    }

    private static EmbeddedServer server(ConfigurableListableBeanFactory beans) {
        DurableStreamsProperties.Server server =
                beans.getBean(DurableStreamsProperties.class).server();
        DurableStreamServer.Builder builder = ConfiguredSettings.of(
                        "durable-streams.server", DurableStreamServer.builder())
                .with("host", server.host(), DurableStreamServer.Builder::host)
                .with("port", server.port(), DurableStreamServer.Builder::port)
                .with("base-path", server.basePath(), DurableStreamServer.Builder::basePath)
                .get()
                .settings(settings(server));
        StreamStore store = beans.getBeanProvider(StreamStore.class).getIfAvailable(InMemoryStreamStore::new);
        return new EmbeddedServer(builder, store, server.port());
    }

    static ServerSettings settings(DurableStreamsProperties.Server server) {
        return ConfiguredSettings.of("durable-streams.server", ServerSettings.DEFAULT)
                .with("long-poll-timeout", server.longPollTimeout(), ServerSettings::withLongPollTimeout)
                .with("sse-rotation", server.sseRotation(), ServerSettings::withSseRotation)
                .withBytes("max-request-bytes", server.maxRequestBytes(), ServerSettings::withMaxRequestBytes)
                .with("cors", server.cors(), ServerSettings::withCors)
                .get();
    }
}
