package io.durablestreams.autoconfigure.connection;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.aot.BeanInstanceSupplier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.util.ClassUtils;

import io.durablestreams.autoconfigure.setup.RunTimeRegistrar;

/**
 * A connector that the application sets for its WebClients: a bean, or one that a {@code WebClientCustomizer} sets. The
 * client uses it, because it may be the only way to the server.
 *
 * @param source the bean or the customizer, for the log
 * @param connector the connector
 */
record OwnConnector(String source, ClientHttpConnector connector) {

    private static final String CUSTOMIZER = "org.springframework.boot.webclient.WebClientCustomizer";
    static final String BOOT = "org.springframework.boot.";

    /** Returns the connector of the application, or null. A customizer takes precedence over a bean, as in Spring Boot. */
    static @Nullable OwnConnector find(ConfigurableListableBeanFactory beans) {
        OwnConnector customized = ClassUtils.isPresent(CUSTOMIZER, null) ? CustomizedConnector.find(beans) : null;
        return customized != null ? customized : bean(beans);
    }

    private static @Nullable OwnConnector bean(ConfigurableListableBeanFactory beans) {
        boolean isOwn = RunTimeRegistrar.candidates(ClientHttpConnector.class, beans).stream()
                .anyMatch(name -> !isOfBoot(name, beans));
        ClientHttpConnector connector =
                isOwn ? beans.getBeanProvider(ClientHttpConnector.class).getIfUnique() : null;
        return connector == null ? null : new OwnConnector("the ClientHttpConnector bean", connector);
    }

    private static boolean isOfBoot(String name, ConfigurableListableBeanFactory beans) {
        if (!beans.containsBeanDefinition(name)) {
            return false;
        }
        BeanDefinition definition = beans.getBeanDefinition(name);
        String factory = definition.getFactoryBeanName();
        return factory != null && factory.startsWith(BOOT) || isGeneratedForBoot(definition);
    }

    /** A definition that was generated ahead of time names its method instead of its configuration. */
    private static boolean isGeneratedForBoot(BeanDefinition definition) {
        Method method = definition instanceof AbstractBeanDefinition generated
                        && generated.getInstanceSupplier() instanceof BeanInstanceSupplier<?> supplier
                ? supplier.getFactoryMethod()
                : null;
        return method != null && method.getDeclaringClass().getName().startsWith(BOOT);
    }
}
