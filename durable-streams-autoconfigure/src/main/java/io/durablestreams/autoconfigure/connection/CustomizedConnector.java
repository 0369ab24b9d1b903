package io.durablestreams.autoconfigure.connection;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.webclient.WebClientCustomizer;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

/** Finds the connector that a customizer of the application sets. A builder has no method that returns its connector. */
final class CustomizedConnector {

    private CustomizedConnector() {}

    /** Returns the connector of the last customizer that sets one, or null. */
    static @Nullable OwnConnector find(ListableBeanFactory beans) {
        return beans.getBeanProvider(WebClientCustomizer.class)
                .orderedStream()
                .filter(customizer -> !customizer.getClass().getName().startsWith(OwnConnector.BOOT))
                .flatMap(CustomizedConnector::setBy)
                .reduce((first, last) -> last)
                .orElse(null);
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
