package io.durablestreams.client.producer;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;

/** The end of a producer. It is released, with or without closing the stream, or abandoned. Thread-safe. */
final class ProducerClosing {

    private final ProducerContext context;
    private final MessageIntake intake;
    private final BatchAccumulator accumulator;
    private final ProducerPump pump;
    private final ProducerStarter starter;

    /** One reference for both kinds of end, because two threads could otherwise begin both. */
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();

    private volatile Runnable onRelease = () -> {};

    /**
     * An end that has begun.
     *
     * @param released the release with the stream open, or null
     * @param streamClosed the release with the stream closed, or null
     */
    private record End(
            @Nullable Mono<Void> released, @Nullable Mono<Offset> streamClosed) {}

    ProducerClosing(
            ProducerContext context,
            MessageIntake intake,
            BatchAccumulator accumulator,
            ProducerPump pump,
            ProducerStarter starter) {
        this.context = context;
        this.intake = intake;
        this.accumulator = accumulator;
        this.pump = pump;
        this.starter = starter;
    }

    /** Sets the task that runs when the producer is released. */
    void onRelease(Runnable task) {
        onRelease = task;
    }

    private End begin(End mine) {
        return Objects.requireNonNull(end.updateAndGet(begun -> begun != null ? begun : mine));
    }

    // Release with the stream open.

    Mono<Void> close() {
        return Mono.defer(() -> {
            End begun = begin(new End(releasing(), null));
            return begun.streamClosed() != null
                    ? begun.streamClosed().then()
                    : Objects.requireNonNull(begun.released());
        });
    }

    private Mono<Void> releasing() {
        return Mono.defer(() -> {
                    accumulator.close();
                    return pump.flush();
                })
                .doOnTerminate(this::release)
                .cache();
    }

    /** Also stops learning, which may have begun for a message that was withdrawn. */
    private void release() {
        onRelease.run();
        starter.dispose();
        clearTimers();
    }

    private void clearTimers() {
        pump.loop().execute(pump::clearTimers);
    }

    /**
     * Closes the producer, and abandons the messages that are not settled within the timeout. Does not fail. Returns
     * the losses in the meantime.
     */
    Mono<ProducerLosses.Count> close(Duration timeout) {
        return Mono.defer(() -> {
            Mono<Void> timedOut =
                    Mono.delay(timeout, context.timing().scheduler()).then();
            return onLoop(pump.losses()::now)
                    .flatMap(begun -> Mono.firstWithSignal(close().onErrorComplete(), timedOut)
                            .then(onLoop(() -> abandonNow("within " + timeout + " of closing its producer", begun))));
        });
    }

    private <T> Mono<T> onLoop(Supplier<T> task) {
        return Mono.create(sink -> pump.loop().execute(() -> sink.success(task.get())));
    }

    /** Abandons unsettled messages. Completes with the losses when all of them are reported. */
    CompletableFuture<ProducerLosses.Count> abandon(String why) {
        CompletableFuture<ProducerLosses.Count> lost = new CompletableFuture<>();
        pump.loop().execute(() -> lost.complete(abandonNow(why, pump.losses().now())));
        return lost;
    }

    /** Returns the losses since a moment. */
    private ProducerLosses.Count abandonNow(String why, ProducerLosses.Loss moment) {
        boolean closing = begin(new End(releasing(), null)).streamClosed() != null;
        onRelease.run();
        starter.dispose();
        pump.abandon(why, closing, starter.lastFailure());
        return pump.losses().since(moment);
    }

    // Release with the stream closed.

    Mono<Offset> closeStream(@Nullable Object finalMessage) {
        return Mono.defer(() -> {
            End begun = end.get();
            if (begun != null && begun.streamClosed() == null) {
                return Mono.error(intake.closed());
            }
            // A message that cannot be encoded is refused while the producer is still open.
            Function<String, byte[]> last = finalMessage == null ? null : intake.written(finalMessage);
            Mono<Offset> closed = begin(new End(null, closing(last))).streamClosed();
            return closed != null ? closed : Mono.error(intake.closed());
        });
    }

    private Mono<Offset> closing(@Nullable Function<String, byte[]> finalMessage) {
        return Mono.defer(() -> {
                    accumulator.close();
                    return pump.flush().then(contentType(finalMessage == null ? 0 : 1));
                })
                .flatMap(type -> {
                    byte @Nullable [] last = finalMessage == null ? null : finalMessage.apply(type);
                    return Mono.<Offset>create(sink -> pump.loop()
                            .execute(() -> pump.closeStream(
                                    type,
                                    last,
                                    new ClosingListener(context.identity().url(), sink))));
                })
                .doOnSuccess(offset -> release())
                .doOnTerminate(this::clearTimers) // Before a further attempt, which sets the timers again, can begin.
                .doOnError(failure -> end.set(null))
                .cache();
    }

    /** Returns the content type. Starts the producer if no message was appended. */
    private Mono<String> contentType(int finalMessages) {
        return Mono.create(sink -> pump.loop().execute(() -> {
            pump.awaitContentType(sink, finalMessages);
            if (intake.contentType() == null) {
                starter.start(pump);
            }
        }));
    }
}
