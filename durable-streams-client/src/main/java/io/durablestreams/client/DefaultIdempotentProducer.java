package io.durablestreams.client;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.DurableStreamException.Failure;
import io.durablestreams.client.OutgoingBatch.ReceiptListener;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;

/**
 * Accepts messages, hands batches to the lane when they are due, and tells everybody what became of
 * them.
 */
final class DefaultIdempotentProducer implements IdempotentProducer, LaneDriver.Outcomes {

    private static final Logger log = LoggerFactory.getLogger(IdempotentProducer.class);

    private final LaneDriver.Identity identity;
    private final Source source;
    private final ProducerSettings settings;
    private final ProducerErrorHandler errorHandler;
    private final BatchAccumulator accumulator;
    private final SerialLoop loop;
    private final LaneDriver driver;
    private final MessageEncoder.Target<Optional<PendingMessage>> unattended =
            (bytes, length) -> offer(bytes, length, null);

    private final AtomicBoolean learning = new AtomicBoolean();
    private final AtomicReference<@Nullable Mono<Void>> closing = new AtomicReference<>();
    private final AtomicReference<@Nullable Mono<Offset>> closingStream = new AtomicReference<>();
    private volatile @Nullable String contentType;

    // Touched by tasks of the loop only.
    private final FlushTracker flushes = new FlushTracker();
    private boolean lingering;

    /**
     * What messages and requests are made with.
     *
     * @param known the content type of the stream, or null if it is not known yet
     * @param contentType learns it
     * @param encoder makes the bytes of messages
     * @param requests sends requests
     */
    record Source(@Nullable String known, Mono<String> contentType, MessageEncoder encoder, StreamRequests requests) {}

    /** Offers a message, and passes its outcome on to the subscriber of {@link #send}. */
    private record SendListener(DefaultIdempotentProducer producer, MonoSink<AppendReceipt> sink)
            implements ReceiptListener, MessageEncoder.Target<Optional<PendingMessage>> {

        @Override
        public Optional<PendingMessage> accept(byte[] bytes, int length) {
            return producer.offer(bytes, length, this);
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

    DefaultIdempotentProducer(
            LaneDriver.Identity identity,
            Source source,
            ProducerSettings settings,
            @Nullable ProducerErrorHandler errorHandler) {
        this.identity = identity;
        this.source = source;
        this.settings = settings;
        this.errorHandler = errorHandler != null ? errorHandler : this::logFailure;
        this.loop = new SerialLoop(source.requests().timing().scheduler(), this::pump);
        this.accumulator = new BatchAccumulator(settings, source.requests().timing());
        this.driver = new LaneDriver(identity, source.requests(), settings, loop, this);
        if (source.known() != null) {
            learned(source.known());
        }
    }

    @Override
    public URI url() {
        return identity.url();
    }

    @Override
    public String producerId() {
        return identity.producerId();
    }

    @Override
    public void append(Object message) {
        String type = contentType;
        if (type == null) {
            accept(new PendingMessage(MessageEncoder.snapshot(message), null, null, !accumulator.queueHasRoom()));
            return;
        }
        Optional<PendingMessage> pending = source.encoder().encode(message, type, url(), unattended);
        if (pending.isPresent()) {
            accept(pending.get());
        }
    }

    private void accept(PendingMessage pending) {
        if (pending.lacksRoom()) {
            awaitAdmission(pending);
        } else {
            enqueue(pending);
        }
    }

    /** Puts a message into a batch, or returns it, with bytes of its own, if it has to queue up. */
    private Optional<PendingMessage> offer(byte[] bytes, int length, @Nullable ReceiptListener receipt) {
        requireItFits(length);
        BatchAccumulator.Offer offer = accumulator.offer(bytes, length, receipt);
        switch (offer) {
            case ADDED_AND_DUE -> loop.signal();
            case BEHIND, FULL -> {
                byte[] own = Arrays.copyOf(bytes, length);
                return Optional.of(new PendingMessage(own, own, receipt, offer == BatchAccumulator.Offer.FULL));
            }
            case CLOSED -> throw closed();
            case ADDED -> {}
        }
        return Optional.empty();
    }

    private byte[] encode(Object message, String type) {
        byte[] bytes = source.encoder().encode(message, type, url());
        requireItFits(bytes.length);
        return bytes;
    }

    private void requireItFits(int length) {
        if (length > settings.maxBufferedBytes()) {
            throw new IllegalArgumentException("A message of " + length + " bytes exceeds maxBufferedBytes ("
                    + settings.maxBufferedBytes() + ") of the producer for " + url());
        }
    }

    private void enqueue(PendingMessage pending) {
        if (!accumulator.enqueue(pending)) {
            throw closed();
        }
        loop.signal();
        learnContentType();
    }

    private void awaitAdmission(PendingMessage pending) {
        if (Schedulers.isInNonBlockingThread()) {
            loop.signal();
            throw full("and this thread must not wait for room; use send()");
        }
        enqueue(pending);
        try {
            pending.admission().get(settings.maxBlock().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException timedOut) {
            giveUp(pending, full("for " + settings.maxBlock()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            giveUp(pending, full("until the thread was interrupted"));
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void giveUp(PendingMessage pending, ProducerBufferFullException failure) {
        if (accumulator.remove(pending)) {
            loop.signal();
            throw failure;
        }
    }

    @Override
    public Mono<AppendReceipt> send(Object message) {
        return Mono.create(sink -> {
            try {
                send(message, sink);
            } catch (RuntimeException refused) {
                sink.error(refused);
            }
        });
    }

    private void send(Object message, MonoSink<AppendReceipt> sink) {
        String type = contentType;
        SendListener listener = new SendListener(this, sink);
        Optional<PendingMessage> pending = type == null
                ? Optional.of(new PendingMessage(MessageEncoder.snapshot(message), null, listener, true))
                : source.encoder().encode(message, type, url(), listener);
        if (pending.isPresent()) {
            PendingMessage queued = pending.get();
            sink.onCancel(() -> cancelled(queued));
            enqueue(queued);
        }
    }

    private void cancelled(PendingMessage pending) {
        if (accumulator.remove(pending)) {
            loop.signal();
        }
    }

    // The content type.

    private void learnContentType() {
        if (contentType == null && learning.compareAndSet(false, true)) {
            source.contentType()
                    .timeout(
                            settings.deliveryTimeout(),
                            source.requests().timing().scheduler())
                    .subscribe(
                            type -> loop.execute(() -> learned(type)),
                            failure -> loop.execute(() -> notLearned(failure)));
        }
    }

    private void learned(String type) {
        accumulator.formatIs(StreamFormat.of(type));
        driver.contentTypeIs(type);
        contentType = type;
    }

    private void notLearned(Throwable failure) {
        learning.set(false);
        DurableStreamException cause = failure instanceof DurableStreamException known
                ? known
                : new DeliveryTimeoutException(failure(
                        "the content type of the stream could not be learned within " + settings.deliveryTimeout()
                                + ", and nothing is stored",
                        failure));
        accumulator.drainQueue().forEach(pending -> failed(pending, cause));
    }

    private void failed(PendingMessage pending, DurableStreamException cause) {
        ReceiptListener receipt = pending.receipt();
        OutgoingBatch.tell(receipt, listener -> listener.failed(cause));
        if (receipt == null) {
            report(cause, List.of(source.encoder().describe(pending.message())));
        }
        flushes.failed(pending.ordinal(), cause);
        pending.admission().complete(false);
    }

    // What the loop does after its tasks, and whenever a message says that it is due.

    private void pump() {
        String type = contentType;
        if (type != null) {
            accumulator.admit(
                    message -> encode(message, type),
                    (pending, cause) -> failed(
                            pending, new StreamRequestException(failure(String.valueOf(cause.getMessage()), cause))));
        }
        for (OutgoingBatch batch = nextBatch(); batch != null; batch = nextBatch()) {
            driver.offer(batch);
        }
        completeFlushes();
    }

    private @Nullable OutgoingBatch nextBatch() {
        boolean room = driver.hasRoom();
        Duration age = room ? settings.linger() : settings.deliveryTimeout();
        OutgoingBatch batch = accumulator.poll(age.toNanos(), room ? flushes.lastOrdinal() : 0);
        if (batch == null && room) {
            awaitLinger();
        }
        return batch;
    }

    private void awaitLinger() {
        long nanos = accumulator.openUntil(settings.linger().toNanos());
        if (nanos >= 0 && !lingering) {
            lingering = true;
            source.requests()
                    .timing()
                    .scheduler()
                    .schedule(() -> loop.execute(() -> lingering = false), nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void stored(OutgoingBatch batch, AppendReceipt receipt) {
        if (!batch.closesStream()) {
            accumulator.release(batch);
        }
        batch.stored(receipt);
    }

    @Override
    public void failed(OutgoingBatch batch, DurableStreamException cause) {
        if (!batch.closesStream()) {
            accumulator.release(batch);
            flushes.failed(batch.firstOrdinal(), cause);
        }
        List<byte[]> unattended = batch.failed(cause);
        if (!unattended.isEmpty()) {
            report(cause, unattended);
        }
    }

    private void report(DurableStreamException cause, List<byte[]> messages) {
        try {
            errorHandler.onFailure(cause, messages);
        } catch (Throwable failure) {
            log.error("The error handler of the producer for {} failed", url(), failure);
        }
    }

    private void logFailure(DurableStreamException cause, List<byte[]> messages) {
        log.error("{} messages of producer '{}' were not stored", messages.size(), producerId(), cause);
    }

    @Override
    public Mono<Void> flush() {
        return Mono.create(sink -> loop.execute(() -> flushes.await(accumulator.sealOpen(), sink)));
    }

    private void completeFlushes() {
        if (!flushes.isEmpty()) {
            flushes.settledBefore(Math.min(driver.firstOrdinal(), accumulator.firstOrdinal()));
        }
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> {
            Mono<Offset> withStream = closingStream.get();
            if (withStream != null) {
                return withStream.then();
            }
            accumulator.close();
            closing.compareAndSet(null, flush().cache());
            return Objects.requireNonNull(closing.get());
        });
    }

    @Override
    public Mono<Offset> closeStream(@Nullable Object finalMessage) {
        return Mono.defer(() -> {
            if (closing.get() != null) {
                return Mono.error(closed());
            }
            String known = contentType;
            if (finalMessage != null && known != null) {
                encode(finalMessage, known); // What cannot be written is refused while the producer is still open.
            }
            closingStream.compareAndSet(null, closeOnce(finalMessage).cache());
            return Objects.requireNonNull(closingStream.get());
        });
    }

    private Mono<Offset> closeOnce(@Nullable Object finalMessage) {
        return Mono.defer(() -> {
            accumulator.close();
            return flush().then(Mono.defer(() -> contentTypeFor(finalMessage))).flatMap(type -> {
                byte @Nullable [] last = finalMessage == null ? null : encode(finalMessage, type);
                return Mono.create(sink -> loop.execute(() -> offerClose(type, last, sink)));
            });
        });
    }

    private void offerClose(String type, byte @Nullable [] last, MonoSink<Offset> sink) {
        learned(type);
        OpenBatch batch = new OpenBatch();
        batch.begin(
                StreamFormat.of(type),
                accumulator.nextOrdinal(),
                source.requests().timing().nanos());
        if (last != null) {
            batch.add(last, last.length, null);
        }
        driver.offer(batch.seal().closingStream(new ClosingListener(sink)));
    }

    /** A close without a message needs no content type. */
    private Mono<String> contentTypeFor(@Nullable Object finalMessage) {
        String known = contentType;
        if (known != null) {
            return Mono.just(known);
        }
        return finalMessage != null ? source.contentType() : Mono.just(StreamFormat.APPLICATION_OCTET_STREAM);
    }

    /** Passes the final offset on to the subscriber of {@link #closeStream}. */
    private final class ClosingListener implements ReceiptListener {

        private final MonoSink<Offset> sink;

        ClosingListener(MonoSink<Offset> sink) {
            this.sink = sink;
        }

        @Override
        public void stored(AppendReceipt receipt) {
            Offset finalOffset = receipt.nextOffset();
            if (finalOffset == null) {
                failed(new StreamProtocolException(failure("the answer has no final offset", null)));
            } else {
                sink.success(finalOffset);
            }
        }

        @Override
        public void failed(DurableStreamException cause) {
            sink.error(cause);
        }
    }

    private ProducerClosedException closed() {
        return new ProducerClosedException(failure("the producer '" + producerId() + "' is closed", null));
    }

    private ProducerBufferFullException full(String howLong) {
        return new ProducerBufferFullException(failure(
                "the buffer of maxBufferedBytes (" + settings.maxBufferedBytes() + ") stayed full " + howLong, null));
    }

    private Failure failure(String reason, @Nullable Throwable cause) {
        return Failure.of(StreamOperation.APPEND, url(), reason, cause);
    }
}
