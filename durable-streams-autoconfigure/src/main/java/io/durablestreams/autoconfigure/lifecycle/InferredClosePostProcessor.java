package io.durablestreams.autoconfigure.lifecycle;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

import io.durablestreams.client.producer.IdempotentProducer;

/**
 * Prevents Spring from calling {@code close()} of producer beans when the application ends. Spring infers {@code close()}
 * as the destroy method and waits for it, which may take minutes. {@link ProducersLifecycle} and {@link ProducerBeans}
 * close producers with a time limit.
 */
final class InferredClosePostProcessor implements BeanFactoryPostProcessor {

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanNamesForType(IdempotentProducer.class, true, false)) {
            // The close() of a factory bean closes the factory, not the producer.
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
