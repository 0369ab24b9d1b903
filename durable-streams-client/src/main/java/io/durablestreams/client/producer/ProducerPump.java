package io.durablestreams.client.producer;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.message.MessageEncoder;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.StreamFormat;

/**
 * Passes batches to the lane when they are due, and reports their outcomes. Everything here runs in tasks of the
 * producer's {@link SerialLoop}. Except: {@link #loop}, {@link #flush} and {@link #restart} may be called on any
 * thread.
 */
final class ProducerPump implements BatchOutcomes {

    private final ProducerContext context;
    private final MessageIntake intake;
    private final BatchAccumulator accumulator;
    private final SerialLoop loop;
    private final LaneDriver driver;
    private final ProducerReports reports;
    private final FlushTracker flushes = new FlushTracker();
    private final ProducerLosses losses = new ProducerLosses();
    private final WakeTimer lingerTimer;

    private @Nullable Awaited awaited;

    /**
     * The end of the stream, which waits for the content type.
     *
     * @param sink receives the content type
     * @param messages the number of messages that end the stream, 0 or 1
     */
    private record Awaited(MonoSink<String> sink, int messages) {}

    ProducerPump(
            ProducerContext context,
            MessageIntake intake,
            BatchAccumulator accumulator,
            @Nullable ProducerErrorHandler errorHandler) {
        this.context = context;
        this.intake = intake;
        this.accumulator = accumulator;
        this.reports = new ProducerReports(context, errorHandler);
        this.loop = new SerialLoop(context.requests()::onSendingThread, this::pump);
        this.lingerTimer = new WakeTimer(context.timing(), loop, () -> {});
        this.driver = new LaneDriver(context, loop, this);
    }

    /** Returns the loop that runs the tasks of the producer. */
    SerialLoop loop() {
        return loop;
    }

    // Start.

    void start(StartingPoint start) {
        if (intake.contentType() == null && intake.stop() == null) {
            accumulator.formatIs(StreamFormat.of(start.contentType()));
            driver.start(start.epoch(), start.contentType());
            intake.contentTypeIs(start.contentType());
            if (awaited != null) {
                awaited.sink().success(start.contentType());
                awaited = null;
            }
        }
    }

    /**
     * Passes on the content type when it is known, or the failure to learn it.
     *
     * @param sink receives the content type
     * @param messages the number of messages that are lost if the producer is abandoned before
     */
    void awaitContentType(MonoSink<String> sink, int messages) {
        StopReason stopped = intake.stop();
        String type = intake.contentType();
        if (type != null) {
            sink.success(type);
        } else if (stopped != null) {
            sink.error(stopped.refusal());
        } else {
            awaited = new Awaited(sink, messages);
        }
    }

    /** The producer cannot start. Fails all messages that wait for the start. */
    void notStarted(Throwable failure) {
        letGo(
                failure instanceof DurableStreamException known
                        ? known
                        : new StreamRequestException(
                                context.identity().failure("the producer could not start: " + failure, failure)));
    }

    private void letGo(DurableStreamException cause) {
        for (PendingMessage pending : accumulator.drainQueue(cause)) {
            if (pending.refusal() == null) {
                failed(pending, cause);
            } else {
                pending.admission().complete(false);
            }
        }
        Awaited end = awaited;
        if (end != null) {
            awaited = null;
            losses.add(end.messages(), cause);
            end.sink().error(cause);
        }
    }

    private void failed(PendingMessage pending, DurableStreamException cause) {
        losses.add(1, cause);
        context.metrics().record(recorder -> recorder.messageFailed(url(), cause));
        ReceiptListener receipt = pending.receipt();
        OutgoingBatch.notify(receipt, listener -> listener.failed(cause));
        if (receipt == null) {
            reports.failed(cause, List.of(MessageEncoder.describe(pending.message())));
        }
        flushes.failed(pending.ordinal(), pending.ordinal(), cause);
        pending.admission().complete(false);
    }

    // Sending batches. The loop pumps after its tasks, and when a batch may be due.

    private void pump() {
        String type = intake.contentType();
        StopReason stopped = intake.stop();
        if (type != null && stopped == null) {
            accumulator.admit(message -> intake.encode(message, type), this::unwritten);
        }
        for (OutgoingBatch batch = nextBatch(); batch != null; batch = nextBatch()) {
            offer(batch);
        }
        if (stopped != null) {
            letGo(stopped.cause());
        }
        reportBuffered();
        completeFlushes();
    }

    private void unwritten(PendingMessage pending, Throwable cause) {
        failed(
                pending,
                new StreamRequestException(context.identity().failure(String.valueOf(cause.getMessage()), cause)));
    }

    private @Nullable OutgoingBatch nextBatch() {
        if (intake.stop() == null && flushes.hasBarrier() && accumulator.firstOrdinal() > flushes.barrier()) {
            return null;
        }
        ProducerSettings settings = context.settings();
        boolean window = driver.hasWindow();
        Duration age =
                window ? settings.batching().linger() : settings.delivery().deliveryTimeout();
        OutgoingBatch batch = accumulator.poll(age.toNanos(), window ? flushes.lastOrdinal() : 0);
        if (batch == null && window) {
            awaitLinger();
        }
        return batch;
    }

    private void awaitLinger() {
        long nanos =
                accumulator.openUntil(context.settings().batching().linger().toNanos());
        if (nanos >= 0) {
            lingerTimer.wakeAt(nanos() + nanos);
        }
    }

    private void offer(OutgoingBatch batch) {
        int bytes = batch.messageBytes();
        double fill = (double) bytes / context.settings().batching().maxBatchBytes();
        context.metrics().record(recorder -> recorder.batchStarted(url(), batch.count(), bytes, fill));
        driver.offer(batch);
    }

    private void reportBuffered() {
        if (!context.metrics().calls(ProducerMetricsRecorder.NONE)) {
            long bytes = accumulator.bufferedBytes();
            context.metrics().record(recorder -> recorder.buffered(url(), producerId(), bytes));
        }
    }

    // Outcomes of batches.

    @Override
    public void stopped(DurableStreamException cause) {
        intake.stop(new StopReason(producerId(), cause));
        accumulator.close();
        accumulator.sealOpen();
    }

    @Override
    public void stored(OutgoingBatch batch, AppendReceipt receipt) {
        if (!batch.closesStream()) {
            accumulator.release(batch);
        }
        Duration latency = Duration.ofNanos(nanos() - batch.createdNanos());
        context.metrics()
                .record(recorder ->
                        recorder.batchStored(url(), batch.count(), batch.messageBytes(), receipt.outcome(), latency));
        batch.stored(receipt);
    }

    @Override
    public void failed(OutgoingBatch batch, DurableStreamException cause) {
        if (!batch.closesStream()) {
            accumulator.release(batch);
            loop.signal(); // A batch that fails while it is offered receives no response that would announce the room.
        }
        losses.add(batch.count(), cause);
        context.metrics().record(recorder -> recorder.batchFailed(url(), batch.count(), batch.messageBytes(), cause));
        List<byte[]> unattended = batch.failed(cause);
        if (!unattended.isEmpty()) {
            reports.failed(cause, unattended);
        }
        // Last, because a flush that a listener begins must report the failures of the other messages.
        if (!batch.closesStream()) {
            flushes.failed(batch.firstOrdinal(), batch.lastOrdinal(), cause);
        }
    }

    @Override
    public void retrying(DurableStreamException cause) {
        reports.retrying(cause);
    }

    @Override
    public void tooLarge(OutgoingBatch batch) {
        int refused = batch.body().length();
        reports.tooLarge(refused, accumulator.refusedSize(refused));
    }

    // Flushes and the end.

    /** See {@link IdempotentProducer#flush()}. */
    Mono<Void> flush() {
        return Mono.create(sink -> {
            long before = flushes.failures();
            loop.execute(() -> flushes.await(accumulator.sealOpen(), before, failure -> complete(sink, failure)));
        });
    }

    /** See {@link IdempotentProducer#restart()}. */
    Mono<Void> restart() {
        return Mono.create(sink -> {
            long before = flushes.failures();
            loop.execute(() -> flushes.awaitRestart(accumulator.sealOpen(), before, failure -> {
                loop.signal(); // Later messages have waited until now.
                complete(sink, failure != null ? failure : driver.restart());
            }));
        });
    }

    private static void complete(MonoSink<Void> sink, @Nullable DurableStreamException failure) {
        if (failure == null) {
            sink.success();
        } else {
            sink.error(failure);
        }
    }

    private void completeFlushes() {
        if (!flushes.isEmpty()) {
            long inFlight = driver.firstOrdinal();
            flushes.settledBefore(Math.min(inFlight, accumulator.firstOrdinal()), inFlight == Long.MAX_VALUE);
        }
    }

    /**
     * Offers the batch that closes the stream. This is the previous one if its outcome is unknown, and otherwise a new
     * one.
     */
    void closeStream(String type, byte @Nullable [] last, ReceiptListener listener) {
        OutgoingBatch unanswered = driver.unansweredClose(listener);
        OutgoingBatch batch = unanswered != null
                ? unanswered
                : OutgoingBatch.of(last, StreamFormat.of(type), accumulator.nextOrdinal(), nanos())
                        .closingStream(listener);
        offer(batch);
    }

    /** Returns the messages that have been lost until now. */
    ProducerLosses losses() {
        return losses;
    }

    /**
     * Fails all unsettled messages, and ignores later responses.
     *
     * @param why the description of the time within which there was no acknowledgement
     * @param closing whether a request to close the stream may be in flight or about to be sent
     * @param notStarted the reason why the producer has not started, or null
     */
    void abandon(String why, boolean closing, @Nullable Throwable notStarted) {
        accumulator.close();
        accumulator.sealOpen();
        boolean settled = Math.min(driver.firstOrdinal(), accumulator.firstOrdinal()) == Long.MAX_VALUE;
        if (!settled || closing) {
            driver.abandon(why, notStarted);
        }
        clearTimers();
        pump(); // Fails the messages that have not reached the driver.
    }

    void clearTimers() {
        lingerTimer.clear();
        driver.clearTimer();
    }

    private URI url() {
        return context.identity().url();
    }

    private String producerId() {
        return context.identity().producerId();
    }

    private long nanos() {
        return context.timing().nanos();
    }
}
