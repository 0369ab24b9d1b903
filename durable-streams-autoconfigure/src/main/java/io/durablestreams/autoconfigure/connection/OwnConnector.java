package io.durablestreams.autoconfigure.connection;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.aot.BeanInstanceSupplier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * A connector that the application sets for its WebClients: a bean, or one that a {@link WebClientCustomizer} sets. The
 * client uses it, because it may be the only way to the server.
 *
 * @param source the bean or the customizer, for the log
 * @param connector the connector
 */
record OwnConnector(String source, ClientHttpConnector connector) {

    private static final String BOOT = "org.springframework.boot.";

    /** Returns the connector of the application, or null. A customizer takes precedence over a bean, as in Spring Boot. */
    static @Nullable OwnConnector find(ConfigurableListableBeanFactory beans) {
        OwnConnector customized = beans.getBeanProvider(WebClientCustomizer.class)
                .orderedStream()
                .filter(customizer -> !customizer.getClass().getName().startsWith(BOOT))
                .flatMap(OwnConnector::setBy)
                .reduce(null, (first, last) -> last);
        return customized != null ? customized : bean(beans);
    }

    private static @Nullable OwnConnector bean(ConfigurableListableBeanFactory beans) {
        boolean isOwn = Arrays.stream(beans.getBeanNamesForType(ClientHttpConnector.class, true, false))
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

    /** Has the customizer set a builder that only notes the connector. */
    private static Stream<OwnConnector> setBy(WebClientCustomizer customizer) {
        AtomicReference<@Nullable ClientHttpConnector> noted = new AtomicReference<>();
        customizer.customize(noting(noted));
        ClientHttpConnector connector = noted.get();
        return connector == null
                ? Stream.empty()
                : Stream.of(new OwnConnector(
                        "the WebClientCustomizer " + customizer.getClass().getName(), connector));
    }

    private static WebClient.Builder noting(AtomicReference<@Nullable ClientHttpConnector> noted) {
        return (WebClient.Builder) Proxy.newProxyInstance(
                WebClient.Builder.class.getClassLoader(),
                new Class<?>[] {WebClient.Builder.class},
                (proxy, method, arguments) -> called((WebClient.Builder) proxy, method, arguments, noted));
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Object called(
            WebClient.Builder proxy,
            Method method,
            Object @Nullable [] arguments,
            AtomicReference<@Nullable ClientHttpConnector> noted) {
        if (method.getName().equals("clientConnector") && arguments != null) {
            noted.set((ClientHttpConnector) arguments[0]);
        } else if (method.getName().equals("apply") && arguments != null) {
            ((Consumer<WebClient.Builder>) arguments[0]).accept(proxy);
        } else if (method.getReturnType() == WebClient.class) {
            return WebClient.create();
        }
        return switch (method.getName()) {
            case "toString" -> "a WebClient.Builder";
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> arguments != null && proxy == arguments[0];
            default -> proxy;
        };
    }
}
