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
 * Ends the use of streams in order when the application stops:
 * <ul>
 *   <li>Producers deliver their accepted messages.
 *   <li>Live reads on {@link DurableStreamHandler} beans end before the web server waits for open responses.
 *   <li>A {@link ShutdownSignal} bean lets the application end its endless responses. A bean of the application replaces it.
 * </ul>
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
