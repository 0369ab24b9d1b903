package io.durablestreams.autoconfigure;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.producer.IdempotentProducer;

/**
 * Keeps Spring from calling, when the application ends, the {@code close()} of streams and producers that are beans,
 * which it takes for what releases them. That of a {@link DurableStream} closes the stream, for all and for ever. That of
 * an {@link IdempotentProducer} may take minutes, for which Spring would wait; {@link ProducerBeans} has a limit.
 */
final class InferredClosePostProcessor implements BeanFactoryPostProcessor {

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        leaveOpen(beans, DurableStream.class);
        leaveOpen(beans, IdempotentProducer.class);
    }

    private static void leaveOpen(ConfigurableListableBeanFactory beans, Class<?> type) {
        for (String name : beans.getBeanNamesForType(type, true, false)) {
            // The close() of a factory is the factory's own.
            if (beans.containsBeanDefinition(name) && !beans.isFactoryBean(name)) {
                leaveOpen(beans.getBeanDefinition(name));
            }
        }
    }

    private static void leaveOpen(BeanDefinition definition) {
        if (AbstractBeanDefinition.INFER_METHOD.equals(definition.getDestroyMethodName())) {
            definition.setDestroyMethodName(null);
        }
    }
}
