package io.durablestreams.client.producer;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerBufferFullException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.message.MessageEncoder;
import io.durablestreams.protocol.AppendReceipt;

/**
 * What happens to a message on the thread that appends it: it is written into a batch, or queues up for room or for the
 * content type, or is refused. Thread-safe.
 */
final class MessageIntake {

    private final ProducerIdentity identity;
    private final ProducerSettings.Buffering buffering;
    private final MessageEncoder encoder;
    private final BatchAccumulator accumulator;
    private final Listener listener;
    private final MessageEncoder.Target<Optional<PendingMessage>> unattended =
            (bytes, length) -> offer(bytes, length, null);

    private volatile @Nullable String contentType;
    private volatile @Nullable StopReason stop;

    /** Is told, on the thread of a message, what there is to do. */
    interface Listener {

        /** It is time to look whether a batch can go out. */
        void due();

        /** A message queues up, perhaps because the content type is not known. */
        void queued();

        /** A message is not accepted, although nothing is wrong with it. */
        void refused(DurableStreamException cause);
    }

    /** Offers a message, and passes its outcome on to the subscriber of {@link #send}. */
    private record SendListener(MessageIntake intake, MonoSink<AppendReceipt> sink)
            implements ReceiptListener, MessageEncoder.Target<Optional<PendingMessage>> {

        @Override
        public Optional<PendingMessage> accept(byte[] bytes, int length) {
            return intake.offer(bytes, length, this);
        }

        @Override
        public void stored(AppendReceipt receipt) {
            sink.success(receipt);
        }

        @Override
        public void failed(DurableStreamException cause) {
            sink.error(cause);
        }
    }

    MessageIntake(ProducerContext context, MessageEncoder encoder, BatchAccumulator accumulator, Listener listener) {
        this.identity = context.identity();
        this.buffering = context.settings().buffering();
        this.encoder = encoder;
        this.accumulator = accumulator;
        this.listener = listener;
    }

    /** The content type of the stream, or null as long as it is not known. */
    @Nullable
    String contentType() {
        return contentType;
    }

    void contentTypeIs(String known) {
        contentType = known;
    }

    /** Why messages are refused for good, or null if they are not, or because the producer is closed. */
    @Nullable
    StopReason stop() {
        return stop;
    }

    void stop(StopReason reason) {
        stop = reason;
    }

    void append(Object message) {
        try {
            appendOrRefuse(message);
        } catch (DurableStreamException refused) {
            listener.refused(refused);
            throw refused;
        }
    }

    private void appendOrRefuse(Object message) {
        String type = contentType;
        Optional<PendingMessage> pending = type == null
                ? Optional.of(new PendingMessage(snapshot(message), null, null))
                : encoder.encode(message, type, identity.url(), unattended);
        if (pending.isPresent()) {
            enqueueOrWait(pending.get());
        }
    }

    Mono<AppendReceipt> send(Object message) {
        return Mono.create(sink -> {
            try {
                send(message, sink);
            } catch (DurableStreamException refused) {
                listener.refused(refused);
                sink.error(refused);
            } catch (RuntimeException unfit) {
                sink.error(unfit);
            }
        });
    }

    private void send(Object message, MonoSink<AppendReceipt> sink) {
        String type = contentType;
        SendListener outcome = new SendListener(this, sink);
        Optional<PendingMessage> pending = type == null
                ? Optional.of(new PendingMessage(snapshot(message), null, outcome))
                : encoder.encode(message, type, identity.url(), outcome);
        if (pending.isPresent()) {
            PendingMessage queued = pending.get();
            sink.onCancel(() -> takeBack(queued));
            enqueue(queued, true);
        }
    }

    /** Puts a message into a batch, or returns it, with bytes of its own, if it has to queue up. */
    private Optional<PendingMessage> offer(byte[] bytes, int length, @Nullable ReceiptListener receipt) {
        requireItFits(length);
        switch (accumulator.offer(bytes, length, receipt)) {
            case ADDED_AND_DUE -> listener.due();
            case QUEUE_UP -> {
                byte[] own = Arrays.copyOf(bytes, length);
                return Optional.of(new PendingMessage(own, own, receipt));
            }
            case CLOSED -> throw refusal();
            case ADDED -> {}
        }
        return Optional.empty();
    }

    /** Returns a message that waits for the content type. Text, in bytes, may still turn out not to fit. */
    private Object snapshot(Object message) {
        Object snapshot = encoder.snapshot(message, identity.url());
        requireItFits(MessageEncoder.sizeOf(snapshot));
        return snapshot;
    }

    /** Writes a message, or copies it while the content type is not known; returns what gives its bytes for that type. */
    Function<String, byte[]> written(Object message) {
        String known = contentType;
        if (known == null) {
            Object snapshot = snapshot(message);
            return type -> encode(snapshot, type);
        }
        byte[] bytes = encode(message, known);
        return type -> bytes;
    }

    /** Returns the bytes of a message that is in no batch yet. */
    byte[] encode(Object message, String type) {
        byte[] bytes = encoder.encode(message, type, identity.url());
        requireItFits(bytes.length);
        return bytes;
    }

    private void requireItFits(int length) {
        if (length > buffering.maxBufferedBytes()) {
            throw new IllegalArgumentException("A message of " + length + " bytes exceeds maxBufferedBytes ("
                    + buffering.maxBufferedBytes() + ") of the producer for " + identity.url());
        }
    }

    private BatchAccumulator.Queued enqueue(PendingMessage pending, boolean mayWait) {
        BatchAccumulator.Queued queued = accumulator.enqueue(pending, mayWait);
        switch (queued) {
            case ACCEPTED, WAITING -> listener.queued();
            case REFUSED -> listener.due();
            case CLOSED -> throw refusal();
        }
        return queued;
    }

    /** Queues a message up; returns when there is room for it. */
    private void enqueueOrWait(PendingMessage pending) {
        switch (enqueue(pending, !Schedulers.isInNonBlockingThread())) {
            case WAITING -> awaitAdmission(pending);
            case REFUSED ->
                throw full("and this thread must not wait for room; use send()"
                        + (contentType == null
                                ? ", or give the content type with DurableStream.withContentType()"
                                : ""));
            case ACCEPTED, CLOSED -> {}
        }
    }

    private void awaitAdmission(PendingMessage pending) {
        try {
            pending.admission().get(buffering.maxBlock().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException timedOut) {
            giveUp(pending, full("for " + buffering.maxBlock()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            giveUp(pending, full("until the thread was interrupted"));
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
        DurableStreamException letGo = pending.refusal();
        if (letGo != null) {
            throw stop != null ? refusal() : letGo;
        }
    }

    private void giveUp(PendingMessage pending, ProducerBufferFullException failure) {
        if (takeBack(pending)) {
            throw failure;
        }
    }

    /** Takes a message out of the queue; false when it has left it already. */
    private boolean takeBack(PendingMessage pending) {
        boolean queued = accumulator.remove(pending);
        if (queued) {
            listener.due();
        }
        return queued;
    }

    private DurableStreamException refusal() {
        StopReason stopped = stop;
        return stopped != null ? stopped.refusal() : closed();
    }

    /** What says that the producer is closed. */
    ProducerClosedException closed() {
        return new ProducerClosedException(
                identity.failure("the producer '" + identity.producerId() + "' is closed", null));
    }

    private ProducerBufferFullException full(String howLong) {
        String why = contentType != null
                ? ""
                : "of messages that cannot be sent before the content type of the stream, and the epoch to start with,"
                        + " are learned, ";
        return new ProducerBufferFullException(identity.failure(
                "the buffer of maxBufferedBytes (" + buffering.maxBufferedBytes() + ") stayed full " + why + howLong,
                null));
    }
}
