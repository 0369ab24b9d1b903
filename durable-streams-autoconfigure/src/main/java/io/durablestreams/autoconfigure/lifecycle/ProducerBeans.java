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
 * Finds the clients and the producers of a context. On destruction, it closes the producers that
 * {@link ProducersLifecycle} has not closed, because the context failed to start or had been stopped before it was closed.
 * A client is destroyed before its connections, so its producers can still deliver. Then it is disposed. The wait is short, so that the reason
 * of a failed start is reported soon.
 */
final class ProducerBeans implements DestructionAwareBeanPostProcessor, BeanFactoryAware {

    private static final Logger logger = LoggerFactory.getLogger(ProducerBeans.class);

    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** The clients and producers created by a {@link FactoryBean}. The bean factory does not list them. */
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

    /** Returns whether a {@link FactoryBean} created the bean. Other beans are not singletons yet at this time. */
    private boolean isProduct(String beanName) {
        return beans != null
                && beans.containsSingleton(beanName)
                && beans.getSingleton(beanName) instanceof FactoryBean<?> factory
                && factory.isSingleton();
    }

    /** Returns the clients that the context has created, and that end with it. */
    List<DurableStreamClient> ownClients() {
        return existing(DurableStreamClient.class, true);
    }

    /** Returns all clients of the context. Clients that were registered as an instance may outlive it. */
    List<DurableStreamClient> allClients() {
        return existing(DurableStreamClient.class, false);
    }

    /** Returns the producer beans that belong to none of the clients. */
    List<IdempotentProducer> producersWithout(List<DurableStreamClient> clients) {
        Set<IdempotentProducer> theirs = clients.stream()
                .flatMap(client -> openProducers(client).stream())
                .collect(Collectors.toCollection(() -> Collections.newSetFromMap(new IdentityHashMap<>())));
        return existing(IdempotentProducer.class, false).stream()
                .filter(producer -> !theirs.contains(target(producer)))
                .toList();
    }

    /** Returns the open producers of a client, or none if it is a mock that returns null or throws. */
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
            // Fails and reports the undelivered messages when the timeout expires.
            await(client, each -> each.closeProducers(TIMEOUT), TIMEOUT.multipliedBy(2));
            dispose(client);
        } else if (bean instanceof IdempotentProducer producer
                && producersWithout(ownClients()).contains(producer)) {
            await(producer, IdempotentProducer::close, TIMEOUT);
        }
    }

    /** Ends the reads and the connections of a client. Spring does not call its {@code dispose()}. */
    private static void dispose(DurableStreamClient client) {
        try {
            client.dispose();
        } catch (RuntimeException failure) {
            logger.debug("{} is not disposed", client.getClass(), failure);
        }
    }

    /** Blocks, because the destruction of a bean ends when its method returns. */
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
