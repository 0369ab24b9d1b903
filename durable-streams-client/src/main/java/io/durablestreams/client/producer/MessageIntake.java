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
 * Handles a message on the thread that appends it. The message is written into a batch, is queued until there is room
 * or the content type is known, or is refused. Thread-safe.
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

    /** Receives events on the threads that append messages. */
    interface Listener {

        /** A batch may be ready to be sent. */
        void due();

        /** A message is queued, possibly because the content type is not known. */
        void queued();

        /** A valid message is not accepted. */
        void refused(DurableStreamException cause);
    }

    /** Offers a message, and passes its outcome to the subscriber of {@link #send}. */
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

    /** Returns the content type of the stream, or null if it is not known yet. */
    @Nullable
    String contentType() {
        return contentType;
    }

    void contentTypeIs(String known) {
        contentType = known;
    }

    /**
     * Returns the reason why messages are refused permanently. Returns null if messages are accepted, or if the
     * producer is only closed.
     */
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
            } catch (Throwable unfit) { // Reactor would not signal an error.
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

    /** Writes a message into a batch. If the message has to be queued, returns it with its own copy of the bytes. */
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

    /**
     * Returns a copy of a message that waits for the content type. Text may still exceed the limit when it is encoded.
     */
    private Object snapshot(Object message) {
        Object snapshot = encoder.snapshot(message, identity.url());
        requireItFits(MessageEncoder.sizeOf(snapshot));
        return snapshot;
    }

    /**
     * Encodes a message, or copies it while the content type is not known. Returns a function from the content type to
     * the bytes.
     */
    Function<String, byte[]> written(Object message) {
        String known = contentType;
        if (known == null) {
            Object snapshot = snapshot(message);
            return type -> encode(snapshot, type);
        }
        byte[] bytes = encode(message, known);
        return type -> bytes;
    }

    /** Returns the bytes of a message that is not in a batch yet. */
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

    /** Queues a message, and returns when there is room for it. */
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

    /** Removes a message from the queue. Returns false if it is no longer queued. */
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

    /** Returns the exception for a closed producer. */
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
