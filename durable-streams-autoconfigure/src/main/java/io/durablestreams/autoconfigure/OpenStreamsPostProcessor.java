package io.durablestreams.autoconfigure;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;

import io.durablestreams.client.DurableStream;

/**
 * Keeps the end of an application from being the end of its streams. Spring takes {@link DurableStream#close()} of a
 * stream that is a bean for what releases that bean; but it closes the stream, for all and for ever.
 */
final class OpenStreamsPostProcessor implements BeanFactoryPostProcessor {

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        for (String name : beans.getBeanNamesForType(DurableStream.class, true, false)) {
            BeanDefinition definition = beans.getBeanDefinition(name);
            if (AbstractBeanDefinition.INFER_METHOD.equals(definition.getDestroyMethodName())) {
                definition.setDestroyMethodName(null);
            }
        }
    }
}
