package io.durablestreams.autoconfigure.lifecycle;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.server.handler.DurableStreamHandler;
import io.durablestreams.spring.ShutdownSignal;

/**
 * Ends streams with the application: producers deliver their messages, live reads of mounted streams end before the web
 * server waits for them, and a {@link ShutdownSignal} ends responses that have no end.
 */
@AutoConfiguration
@ConditionalOnClass(DurableStreamClient.class)
public final class DurableStreamsLifecycleAutoConfiguration {

    @Bean
    ProducersLifecycle durableStreamsProducersLifecycle(
            ConfigurableApplicationContext context,
            ProducerBeans producers,
            ObjectProvider<LifecycleProperties> lifecycle) {
        return new ProducersLifecycle(
                context,
                producers,
                lifecycle.getIfAvailable(LifecycleProperties::new).getTimeoutPerShutdownPhase());
    }

    @Bean
    static InferredClosePostProcessor durableStreamsInferredClosePostProcessor() {
        return new InferredClosePostProcessor();
    }

    @Bean
    static ProducerBeans durableStreamsProducerBeans() {
        return new ProducerBeans();
    }

    @Bean
    @ConditionalOnMissingBean
    ShutdownSignal durableStreamsShutdownSignal() {
        return new ShutdownSignal();
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(DurableStreamHandler.class)
    static class HandlerConfiguration {

        @Bean
        LiveReadsLifecycle durableStreamsLiveReadsLifecycle(ConfigurableListableBeanFactory beans) {
            return new LiveReadsLifecycle(beans);
        }
    }
}
