package io.durablestreams.autoconfigure.lifecycle;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

import io.durablestreams.client.producer.IdempotentProducer;

/**
 * Keeps Spring from calling the {@code close()} of producer beans when the application ends. Spring infers it as the destroy
 * method and waits for it, but it may take minutes; {@link ProducerBeans} closes producers with a limit.
 */
final class InferredClosePostProcessor implements BeanFactoryPostProcessor {

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanNamesForType(IdempotentProducer.class, true, false)) {
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
