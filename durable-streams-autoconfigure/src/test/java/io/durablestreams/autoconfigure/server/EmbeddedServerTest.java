package io.durablestreams.autoconfigure.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.durablestreams.autoconfigure.DurableStreamsConnectionDetails;
import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.server.store.StreamStore;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class EmbeddedServerTest {

    private final ApplicationContextRunner runner = Contexts.runner();

    @Test
    void withoutAUrlTheClientUsesAServerInTheApplication(CapturedOutput output) {
        runner.run(context -> {
            DurableStream events = newStream(context);

            assertThat(read(events)).containsExactly("first");
            assertThat(events.url()).asString().matches("http://127\\.0\\.0\\.1:\\d+/v1/stream/events");
            assertThat(output)
                    .contains("server listens at "
                            + context.getBean(EmbeddedServer.class).getUrl());
        });
    }

    @Test
    void beansCanUseItWhileTheyAreMade() {
        runner.withUserConfiguration(EarlyUse.class)
                .run(context ->
                        assertThat(read(context.getBean(DurableStream.class))).containsExactly("first"));
    }

    @Test
    void twoApplicationsAtOnceHaveOneEach() {
        runner.run(first -> runner.run(second -> {
            newStream(first);

            assertThat(first.getBean(EmbeddedServer.class).getUrl())
                    .isNotEqualTo(second.getBean(EmbeddedServer.class).getUrl());
        }));
    }

    @Test
    void itIsThereInAReactiveWebApplicationToo() {
        new ReactiveWebApplicationContextRunner()
                .withConfiguration(Contexts.AUTO_CONFIGURATIONS)
                .withPropertyValues(Contexts.NO_QUIET_PERIOD)
                .run(context -> assertThat(read(newStream(context))).containsExactly("first"));
    }

    @Test
    void itListensWhereItIsConfiguredTo() {
        runner.withPropertyValues("durable-streams.server.host=localhost", "durable-streams.server.base-path=/streams/")
                .run(context -> assertThat(context.getBean(EmbeddedServer.class).getUrl())
                        .asString()
                        .matches("http://127\\.0\\.0\\.1:\\d+/streams"));
    }

    @Test
    void itKeepsItsStreamsInAStoreOfTheApplication() {
        StreamStore store = new InMemoryStreamStore();
        runner.withBean(StreamStore.class, () -> store).run(EmbeddedServerTest::newStream);
        runner.withBean(StreamStore.class, () -> store)
                .run(context -> assertThat(read(events(context))).containsExactly("first"));
    }

    @Test
    void startedAgainItHasTheSameStreamsAtTheSameUrl() {
        runner.run(context -> {
            DurableStream events = newStream(context);
            ConfigurableApplicationContext application = context.getSourceApplicationContext();

            application.stop();
            assertThat(context.getBean(EmbeddedServer.class).isRunning()).isFalse();
            application.start();

            events.append("second").block(TIMEOUT);
            assertThat(read(events)).containsExactly("first", "second");
        });
    }

    @Test
    void pausedItGoesOn() {
        runner.run(context -> {
            DurableStream events = newStream(context);
            ConfigurableApplicationContext application = context.getSourceApplicationContext();

            application.pause();
            assertThat(context.getBean(EmbeddedServer.class).isRunning()).isTrue();
            application.restart();

            assertThat(read(events)).containsExactly("first");
        });
    }

    @Test
    void itEndsWithTheApplication() {
        AtomicReference<URI> url = new AtomicReference<>();
        runner.run(context -> url.set(context.getBean(EmbeddedServer.class).getUrl()));

        assertThat(isFree(url.get().getPort())).isTrue();
    }

    @Test
    void anApplicationThatFailsToStartLeavesNoServerBehind() {
        AtomicReference<URI> url = new AtomicReference<>();
        runner.withBean(SmartInitializingSingleton.class, () -> () -> {
                    throw new IllegalStateException("broken");
                })
                .withInitializer(context -> context.addBeanFactoryPostProcessor(beans ->
                        beans.addBeanPostProcessor(new BeanPostProcessor() {
                            @Override
                            public Object postProcessAfterInitialization(Object bean, String name) {
                                if (bean instanceof EmbeddedServer server) {
                                    url.set(server.getUrl());
                                }
                                return bean;
                            }
                        })))
                .run(context -> assertThat(context).hasFailed());

        assertThat(isFree(url.get().getPort())).isTrue();
    }

    @Test
    void thereIsNoneWhenAUrlIsSet() {
        runner.withPropertyValues("durable-streams.url=http://localhost:1/streams")
                .run(context -> assertThat(context).doesNotHaveBean(EmbeddedServer.class));
    }

    @Test
    void thereIsNoneWhenItIsDisabled() {
        runner.withPropertyValues("durable-streams.server.enabled=false")
                .run(context -> assertThat(context).hasFailed());
    }

    @Test
    void thereIsNoneWhenSomethingElseSaysWhereTheServerIs() {
        runner.withBean(DurableStreamsConnectionDetails.class, () -> () -> URI.create("http://localhost:1/streams"))
                .run(context -> assertThat(context).doesNotHaveBean(EmbeddedServer.class));
    }

    @Test
    void theServerModuleIsOptional() {
        runner.withClassLoader(new FilteredClassLoader(DurableStreamServer.class.getPackageName()))
                .withPropertyValues("durable-streams.url=http://localhost:1/streams")
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(DurableStreamClient.class));
    }

    private static DurableStream events(ApplicationContext context) {
        return context.getBean(DurableStreamClient.class).stream("events");
    }

    private static DurableStream newStream(ApplicationContext context) {
        DurableStream events = events(context);
        events.create(StreamSpec.json()).block(TIMEOUT);
        events.append("first").block(TIMEOUT);
        return events;
    }

    private static List<String> read(DurableStream stream) {
        return stream.reader(String.class).collect().block(TIMEOUT);
    }

    private static boolean isFree(int port) {
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class EarlyUse {

        @Bean
        DurableStream events(DurableStreamClient client) {
            DurableStream events = client.stream("events");
            events.create(StreamSpec.json()).block(TIMEOUT);
            events.append("first").block(TIMEOUT);
            return events;
        }
    }
}
