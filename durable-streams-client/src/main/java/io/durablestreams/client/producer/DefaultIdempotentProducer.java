package io.durablestreams.client.producer;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.message.MessageEncoder;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;

/** Connects the parts of a producer. Messages enter through the intake and leave through the pump. */
final class DefaultIdempotentProducer implements IdempotentProducer {

    private final ProducerContext context;
    private final MessageIntake intake;
    private final ProducerPump pump;
    private final ProducerStarter starter;
    private final ProducerClosing closing;

    /**
     * Creates a producer.
     *
     * @param context the context that its parts share
     * @param encoder encodes its messages
     * @param starter learns its starting point
     * @param errorHandler receives failed messages of {@code append}, or null to log the failures
     */
    DefaultIdempotentProducer(
            ProducerContext context,
            MessageEncoder encoder,
            ProducerStarter starter,
            @Nullable ProducerErrorHandler errorHandler) {
        BatchAccumulator accumulator = new BatchAccumulator(context.settings(), context.timing());
        this.context = context;
        this.starter = starter;
        this.intake = new MessageIntake(context, encoder, accumulator, new Arrivals());
        this.pump = new ProducerPump(context, intake, accumulator, errorHandler);
        this.closing = new ProducerClosing(context, intake, accumulator, pump, starter);
    }

    /** Starts immediately if the starting point is known, before any message is accepted. */
    void start(StartingPoint start) {
        pump.start(start);
    }

    /** Sets the task that runs when this producer is released. */
    void onRelease(Runnable task) {
        closing.onRelease(task);
    }

    /** Reacts to accepted messages, on the threads of the callers. */
    private final class Arrivals implements MessageIntake.Listener {

        @Override
        public void due() {
            pump.loop().signal();
        }

        @Override
        public void queued() {
            pump.loop().signal();
            if (intake.contentType() == null) {
                starter.start(pump);
            }
        }

        @Override
        public void refused(DurableStreamException cause) {
            context.metrics().record(recorder -> recorder.messageRefused(url(), cause));
        }
    }

    @Override
    public URI url() {
        return context.identity().url();
    }

    @Override
    public String producerId() {
        return context.identity().producerId();
    }

    @Override
    public void append(Object message) {
        intake.append(message);
    }

    @Override
    public Mono<AppendReceipt> send(Object message) {
        return intake.send(message).onErrorStop();
    }

    @Override
    public Mono<Void> flush() {
        return pump.flush().onErrorStop();
    }

    @Override
    public Mono<Void> restart() {
        return pump.restart().onErrorStop();
    }

    @Override
    public Mono<Void> close() {
        return closing.close().onErrorStop();
    }

    /** Closes this producer, and abandons the messages that are not settled within the timeout. Returns the losses. */
    Mono<ProducerLosses.Count> close(Duration timeout) {
        return closing.close(timeout);
    }

    /** Abandons the unsettled messages now. Completes with the losses when all of them are reported. */
    CompletableFuture<ProducerLosses.Count> abandon(String why) {
        return closing.abandon(why);
    }

    @Override
    public Mono<Offset> closeStream(@Nullable Object finalMessage) {
        return closing.closeStream(finalMessage).onErrorStop();
    }
}
