package io.durablestreams.client.producer;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.StreamOperation;

/**
 * The open producers of a client and its variants ({@link io.durablestreams.client.DurableStreamClient#mutate}).
 * Thread-safe.
 *
 * <p>The references are weak. A producer with unsettled messages is also referenced by its timer or request, until the
 * messages are settled. A producer without unsettled messages has nothing to lose, so it may be collected if the
 * application drops it without closing it.
 */
final class OpenProducers {

    private static final Logger log = LoggerFactory.getLogger(IdempotentProducer.class);

    /** The limit for the error handlers of the application, which must not block. */
    private static final Duration REPORTING = Duration.ofSeconds(5);

    private final @Nullable OpenProducers base;
    private final Set<Member> members;
    private final ReferenceQueue<DefaultIdempotentProducer> dropped;
    private volatile boolean closed;

    OpenProducers() {
        this(null, ConcurrentHashMap.newKeySet(), new ReferenceQueue<>());
    }

    private OpenProducers(
            @Nullable OpenProducers base, Set<Member> members, ReferenceQueue<DefaultIdempotentProducer> dropped) {
        this.base = base;
        this.members = members;
        this.dropped = dropped;
    }

    /** The registration of a producer. */
    private static final class Member extends WeakReference<DefaultIdempotentProducer> {

        private final OpenProducers group;

        Member(DefaultIdempotentProducer producer, OpenProducers group) {
            super(producer, group.dropped);
            this.group = group;
        }
    }

    /**
     * Registers a producer until it is released.
     *
     * @throws ProducerClosedException if the client has closed its producers
     */
    void add(DefaultIdempotentProducer producer) {
        removeDropped();
        Member member = new Member(producer, this);
        producer.onRelease(() -> members.remove(member));
        members.add(member);
        if (isClosed()) {
            members.remove(member);
            throw new ProducerClosedException(Failure.of(
                    StreamOperation.APPEND,
                    producer.url(),
                    "the producer '" + producer.producerId()
                            + "' was made after its client has closed its producers, or" + " was disposed"));
        }
    }

    /** Returns a group whose producers are also producers of this group. */
    OpenProducers variant() {
        return new OpenProducers(this, members, dropped);
    }

    private void removeDropped() {
        for (Reference<?> next = dropped.poll(); next != null; next = dropped.poll()) {
            members.remove(next);
        }
    }

    private boolean isClosed() {
        return closed || base != null && base.isClosed();
    }

    private boolean isWithin(OpenProducers other) {
        return this == other || base != null && base.isWithin(other);
    }

    List<DefaultIdempotentProducer> list() {
        removeDropped();
        return members.stream()
                .filter(member -> member.group.isWithin(this))
                .map(Reference::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Flushes all producers. Fails with the first failure when all flushes have ended. */
    Mono<Void> flush() {
        return all(DefaultIdempotentProducer::flush);
    }

    /**
     * Closes all producers, and abandons the messages that are not settled within the timeout. Fails with the first
     * failure when all producers are closed. From the subscription on, no producer can be added.
     */
    Mono<Void> close(Duration timeout) {
        return Mono.defer(() -> {
            closed = true;
            return all(producer -> producer.close(timeout)
                    .doOnNext(losses -> log(producer, losses))
                    .flatMap(losses -> losses.firstCause() == null ? Mono.empty() : Mono.error(losses.firstCause())));
        });
    }

    private Mono<Void> all(Function<DefaultIdempotentProducer, Mono<Void>> end) {
        return Flux.defer(() -> Flux.fromIterable(list()))
                .flatMap(
                        producer -> end.apply(producer)
                                .<Throwable>then(Mono.empty())
                                .onErrorResume(Mono::just),
                        Integer.MAX_VALUE)
                .collectList()
                .flatMap(failures -> failures.isEmpty() ? Mono.empty() : Mono.error(failures.get(0)));
    }

    /**
     * Abandons all unsettled messages. On a thread that may block, all of them are reported on return, unless the
     * handlers take too long.
     */
    void abandon(String why) {
        closed = true;
        CompletableFuture<?>[] reports = list().stream()
                .map(producer -> producer.abandon(why).thenAccept(losses -> log(producer, losses)))
                .toArray(CompletableFuture[]::new);
        if (!Schedulers.isInNonBlockingThread()) {
            await(CompletableFuture.allOf(reports));
        }
    }

    private static void await(CompletableFuture<Void> reports) {
        try {
            reports.get(REPORTING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException unreported) {
            log.warn("Producers have not reported all that they had not delivered", unreported);
        }
    }

    private static void log(DefaultIdempotentProducer producer, ProducerLosses.Count losses) {
        if (losses.messages() > 0) {
            log.error(
                    "Producer '{}' is closed, and {} of its messages to {} were not delivered: {}",
                    producer.producerId(),
                    losses.messages(),
                    producer.url(),
                    String.valueOf(losses.firstCause()));
        }
    }
}
