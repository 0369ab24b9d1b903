package io.durablestreams.autoconfigure.lifecycle;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.producer.IdempotentProducer;

/**
 * Finds the clients and the producers of a context, and closes those that {@link ProducersLifecycle} has not closed
 * because the context never came to life, or was stopped before. A client is destroyed before its connections, so there
 * still are connections to deliver over. The wait is short: somebody wants to see why the application does not start.
 */
final class ProducerBeans implements DestructionAwareBeanPostProcessor, BeanFactoryAware {

    private static final Logger logger = LoggerFactory.getLogger(ProducerBeans.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** Clients and producers made by a {@link FactoryBean}, which the bean factory does not list. */
    private final List<Object> products = new CopyOnWriteArrayList<>();

    private @Nullable ConfigurableListableBeanFactory beans;

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        beans = beanFactory instanceof ConfigurableListableBeanFactory listable ? listable : null;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (isClosedHere(bean) && isProduct(beanName)) {
            products.add(bean);
        }
        return bean;
    }

    private static boolean isClosedHere(Object bean) {
        return bean instanceof DurableStreamClient || bean instanceof IdempotentProducer;
    }

    /** A bean that is no product is still being made, and no singleton yet. */
    private boolean isProduct(String beanName) {
        return beans != null
                && beans.containsSingleton(beanName)
                && beans.getSingleton(beanName) instanceof FactoryBean<?> factory
                && factory.isSingleton();
    }

    /** Returns the clients that the context has made, and that end with it. */
    List<DurableStreamClient> ownClients() {
        return existing(DurableStreamClient.class, true);
    }

    /** Returns all clients of the context, also those that it was given as an instance and that may live on. */
    List<DurableStreamClient> allClients() {
        return existing(DurableStreamClient.class, false);
    }

    /** Returns the producers that are beans and belong to none of the clients. */
    List<IdempotentProducer> producersWithout(List<DurableStreamClient> clients) {
        Set<IdempotentProducer> theirs = clients.stream()
                .flatMap(client -> openProducers(client).stream())
                .collect(Collectors.toCollection(() -> Collections.newSetFromMap(new IdentityHashMap<>())));
        return existing(IdempotentProducer.class, false).stream()
                .filter(producer -> !theirs.contains(target(producer)))
                .toList();
    }

    /** A mock may return null or throw, and has no producers. */
    private static List<IdempotentProducer> openProducers(DurableStreamClient client) {
        try {
            List<IdempotentProducer> open = client.openProducers();
            return open == null ? List.of() : open;
        } catch (RuntimeException unsupported) {
            logger.debug("{} does not tell its producers", client.getClass(), unsupported);
            return List.of();
        }
    }

    private static Object target(Object bean) {
        Object target = AopProxyUtils.getSingletonTarget(bean);
        return target == null ? bean : target;
    }

    private <T> List<T> existing(Class<T> type, boolean madeOnly) {
        Stream<T> singletons = beans == null ? Stream.empty() : ExistingBeans.of(type, beans, madeOnly);
        Stream<T> made = products.stream().filter(type::isInstance).map(type::cast);
        return Stream.concat(singletons, made).toList();
    }

    @Override
    public boolean requiresDestruction(Object bean) {
        return isClosedHere(bean);
    }

    @Override
    public void postProcessBeforeDestruction(Object bean, String beanName) {
        if (bean instanceof DurableStreamClient client) {
            // Gives up when the time is over, and reports what it gives up.
            await(client, each -> each.closeProducers(TIMEOUT), TIMEOUT.multipliedBy(2));
        } else if (bean instanceof IdempotentProducer producer
                && producersWithout(ownClients()).contains(producer)) {
            await(producer, IdempotentProducer::close, TIMEOUT);
        }
    }

    /** Waits: beans are destroyed by returning. */
    private static <T> void await(T bean, Function<T, @Nullable Mono<Void>> end, Duration timeout) {
        CompletableFuture<Void> ended = Endings.each(
                        List.of(bean), end, timeout, (each, failure) -> logger.debug("Not all is delivered", failure))
                .toFuture();
        try {
            ended.get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException failure) {
            logger.debug("Not all is delivered", failure);
        }
    }
}
