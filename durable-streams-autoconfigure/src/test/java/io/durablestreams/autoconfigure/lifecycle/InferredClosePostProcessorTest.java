package io.durablestreams.autoconfigure.lifecycle;

import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class InferredClosePostProcessorTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    private final ApplicationContextRunner runner =
            Contexts.runner().withPropertyValues(server.property()).withUserConfiguration(StreamBeans.class);

    @Test
    void aStreamThatIsABeanStaysOpenWhenTheApplicationEnds(CapturedOutput output) {
        runner.run(context -> assertThat(context).hasBean("kept"));

        assertThat(isClosed("kept")).isFalse();
        assertThat(output).doesNotContain("with name 'kept'");
    }

    @Test
    void aStreamThatIsABeanStaysOpenWhenTheApplicationFailsToStart() {
        runner.withBean(SmartInitializingSingleton.class, () -> () -> {
                    throw new IllegalStateException("broken");
                })
                .run(context -> assertThat(context).hasFailed());

        assertThat(isClosed("kept")).isFalse();
    }

    @Test
    void aFactoryOfProducersIsClosedAsAnyOther() {
        AtomicBoolean closed = new AtomicBoolean();
        runner.withBean(AtomicBoolean.class, () -> closed)
                .withUserConfiguration(ProducerFactories.class)
                .run(context -> assertThat(context).hasSingleBean(IdempotentProducer.class));

        assertThat(closed).isTrue();
    }

    @Test
    void aStreamThatIsRegisteredWithoutADefinitionIsLeftAlone() {
        runner.withInitializer(context ->
                        context.getBeanFactory().registerSingleton("registered", server.client().stream("registered")))
                .run(context -> assertThat(context).hasNotFailed().hasBean("registered"));
    }

    /** Spring infers no destroy method, so a stream needs no auto-configuration to stay open. */
    @Test
    void aStreamThatIsABeanStaysOpenWithoutTheAutoConfiguration() {
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.getBeanFactory().registerSingleton("client", server.client());
            context.register(StreamBeans.class);
            context.refresh();
        }

        assertThat(isClosed("kept")).isFalse();
    }

    private static boolean isClosed(String path) {
        return server.client().stream(path).head().block(TIMEOUT).closed();
    }

    @Configuration(proxyBeanMethods = false)
    static class StreamBeans {

        @Bean
        DurableStream kept(DurableStreamClient client) {
            return create(client.stream("kept"));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ProducerFactories {

        @Bean
        ProducerFactory produced(DurableStreamClient client, AtomicBoolean closed) {
            return new ProducerFactory(client, closed);
        }
    }

    record ProducerFactory(DurableStreamClient client, AtomicBoolean closed)
            implements FactoryBean<IdempotentProducer> {

        @Override
        public IdempotentProducer getObject() {
            return client.stream("produced").producer("p");
        }

        @Override
        public Class<?> getObjectType() {
            return IdempotentProducer.class;
        }

        public void close() {
            closed.set(true);
        }
    }

    private static DurableStream create(DurableStream stream) {
        stream.create(StreamSpec.json()).onErrorComplete().block(TIMEOUT);
        return stream;
    }
}
