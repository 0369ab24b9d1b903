package io.durablestreams.client.producer;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.DeliveryAbandonedException;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.StreamTimeoutException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.LanePolicy;
import io.durablestreams.protocol.producer.LaneStep;
import io.durablestreams.protocol.producer.LaneStep.Attempt;
import io.durablestreams.protocol.producer.ProducerLane;
import io.durablestreams.protocol.producer.RetryHint;

/**
 * Executes the decisions of a {@link ProducerLane}: sends attempts, reads responses, runs its timer and reports
 * outcomes. Used only by tasks of one {@link SerialLoop}.
 */
final class LaneDriver {

    private static final int CONTENT_TOO_LARGE = 413;

    private final ProducerIdentity identity;
    private final LaneRequests requests;
    private final Timing timing;
    private final ProducerSettings settings;
    private final SerialLoop loop;
    private final BatchOutcomes outcomes;
    private final LaneMetrics metrics;
    private final SortedSet<OutgoingBatch> unsettled =
            new TreeSet<>(Comparator.comparingLong(OutgoingBatch::firstOrdinal));
    private final WakeTimer timer;

    private @Nullable ProducerLane<OutgoingBatch, DurableStreamException> startedLane;
    private @Nullable Attempt<OutgoingBatch> lastClose;
    private LaneStep.@Nullable Fail<OutgoingBatch, DurableStreamException> unansweredClose;
    private @Nullable Attempt<OutgoingBatch> repeated;
    private boolean stopped;

    /** The reason why the driver was abandoned, or null. */
    private @Nullable String abandonment;

    /** The most recent failure, or null after a success. It is also the cause for batches that were never sent. */
    private @Nullable DurableStreamException lastFailure;

    private String contentType = "";

    /** The tail that a response contains. It applies only to the attempt that was responded to. */
    private record Tail(
            Attempt<OutgoingBatch> attempt, @Nullable Offset nextOffset) {}

    LaneDriver(ProducerContext context, SerialLoop loop, BatchOutcomes outcomes) {
        this.identity = context.identity();
        this.settings = context.settings();
        this.timing = context.timing();
        this.requests = new LaneRequests(context);
        this.metrics = new LaneMetrics(context);
        this.loop = loop;
        this.outcomes = outcomes;
        this.timer = new WakeTimer(timing, loop, this::wake);
    }

    /** Starts accepting batches, under an epoch and with the content type of the stream. */
    void start(long epoch, String knownType) {
        contentType = knownType;
        ProducerSettings.Incarnation first = settings.incarnation();
        ProducerSettings.Delivery delivery = settings.delivery();
        startedLane = new ProducerLane<>(new LanePolicy(
                epoch,
                first.sequence(),
                first.onFenced(),
                first.onSequenceGap(),
                first.acceptReplays(),
                delivery.maxInFlight(),
                delivery.deliveryTimeout(),
                delivery.backoff()));
        metrics.startsWith(epoch);
    }

    /**
     * Returns a copy of the batch that closes the stream if its outcome is unknown, and otherwise null. The copy must
     * be offered next, because no other batch has been sent after the original.
     */
    @Nullable
    OutgoingBatch unansweredClose(ReceiptListener listener) {
        Attempt<OutgoingBatch> attempt = lastClose;
        LaneStep.Fail<OutgoingBatch, DurableStreamException> failed = unansweredClose;
        if (attempt == null || failed == null) {
            return null;
        }
        repeated = possibleClose();
        unansweredClose = null;
        return attempt.batch().again(now()).closingStream(listener);
    }

    /**
     * Returns the last attempt to close the stream if it may have succeeded and must be repeated under its number, and
     * otherwise null.
     */
    private @Nullable Attempt<OutgoingBatch> possibleClose() {
        return unansweredClose != null && unansweredClose.possiblyStored() ? lastClose : null;
    }

    private ProducerLane<OutgoingBatch, DurableStreamException> lane() {
        return Objects.requireNonNull(startedLane, "the producer has not started");
    }

    /**
     * Continues under the next epoch, unless a close must be repeated under its number. No batch may be outstanding.
     * Returns the reason if this is not possible, and otherwise null.
     */
    @Nullable
    DurableStreamException restart() {
        if (startedLane == null) {
            return null;
        }
        if (startedLane.epoch() == ProducerSequence.MAX_VALUE) {
            return new StreamRequestException(identity.failure(
                    "epoch " + startedLane.epoch() + " of producer '" + identity.producerId()
                            + "' is the last one; go on under another id",
                    null));
        }
        return startedLane.restart(possibleClose());
    }

    /** Returns whether a batch that is offered now is sent, or fails, immediately. */
    boolean hasWindow() {
        return startedLane != null && startedLane.hasWindow();
    }

    /** Returns the ordinal of the first message that is not settled, or {@link Long#MAX_VALUE}. */
    long firstOrdinal() {
        return unsettled.isEmpty() ? Long.MAX_VALUE : unsettled.first().firstOrdinal();
    }

    void offer(OutgoingBatch batch) {
        unsettled.add(batch);
        Attempt<OutgoingBatch> last = repeated;
        repeated = null;
        long accepted = batch.createdNanos();
        carryOut(
                last == null ? lane().offer(batch, accepted, now()) : lane().offerAgain(batch, last, accepted, now()),
                null);
    }

    private void carryOut(List<LaneStep<OutgoingBatch, DurableStreamException>> steps, @Nullable Tail tail) {
        metrics.carryingOut(steps, lane().inFlight());
        noteStop();
        Execution execution = new Execution(tail);
        steps.forEach(step -> step.carryOut(execution));
    }

    /** Executes the steps that follow from one event. */
    private final class Execution implements LaneStep.Handler<OutgoingBatch, DurableStreamException> {

        private final @Nullable Tail tail;

        Execution(@Nullable Tail tail) {
            this.tail = tail;
        }

        @Override
        public void send(Attempt<OutgoingBatch> attempt) {
            lastClose = attempt.batch().closesStream() ? attempt : null;
            requests.send(attempt, contentType)
                    .subscribe(
                            reply -> loop.execute(() -> unlessAbandoned(() -> replied(attempt, reply))),
                            failure -> loop.execute(() -> unlessAbandoned(() -> failed(attempt, failure))));
        }

        @Override
        public void acknowledge(LaneStep.Acknowledge<OutgoingBatch, DurableStreamException> acknowledgement) {
            Attempt<OutgoingBatch> attempt = acknowledgement.attempt();
            Offset nextOffset = tail != null && tail.attempt() == attempt ? tail.nextOffset() : null;
            unsettled.remove(attempt.batch());
            outcomes.stored(
                    attempt.batch(), new AppendReceipt(nextOffset, acknowledgement.outcome(), sequence(attempt)));
        }

        @Override
        public void fail(LaneStep.Fail<OutgoingBatch, DurableStreamException> failure) {
            unsettled.remove(failure.batch());
            unansweredClose = isUnansweredClose(failure) ? failure : null;
            outcomes.failed(failure.batch(), exception(failure));
        }

        @Override
        public void split(LaneStep.Split<OutgoingBatch, DurableStreamException> split) {
            unsettled.remove(split.batch());
            unsettled.addAll(split.parts());
        }

        @Override
        public void wakeAt(long nanos) {
            timer.wakeAt(nanos);
        }
    }

    /**
     * Fails all unsettled batches, and ignores later responses.
     *
     * @param why the description of the time within which there was no acknowledgement
     * @param notStarted the reason why the driver has not started, or null
     */
    void abandon(String why, @Nullable Throwable notStarted) {
        abandonment = why;
        timer.clear();
        Throwable last = startedLane != null ? lastFailure : notStarted;
        DurableStreamException cause = abandoned(StreamOperation.APPEND, false, last);
        if (startedLane != null) {
            carryOut(lane().abandon(cause), null);
        } else if (!stopped) {
            stopped = true;
            outcomes.stopped(cause);
        }
    }

    private DeliveryAbandonedException abandoned(
            StreamOperation operation, boolean possiblyStored, @Nullable Throwable cause) {
        return new DeliveryAbandonedException(
                Failure.of(
                        operation,
                        identity.url(),
                        "not acknowledged " + abandonment + certainty(possiblyStored) + lastFailure(cause),
                        cause),
                possiblyStored);
    }

    private static boolean isUnansweredClose(LaneStep.Fail<OutgoingBatch, DurableStreamException> fail) {
        return fail.batch().closesStream() && fail.reason() == LaneStep.FailureReason.TIMED_OUT;
    }

    private void noteStop() {
        DurableStreamException cause = lane().stopCause();
        if (cause != null && !stopped) {
            stopped = true;
            outcomes.stopped(cause);
        }
    }

    private ProducerSequence sequence(Attempt<OutgoingBatch> attempt) {
        return new ProducerSequence(identity.producerId(), attempt.epoch(), attempt.seq());
    }

    private DurableStreamException exception(LaneStep.Fail<OutgoingBatch, DurableStreamException> fail) {
        DurableStreamException cause = fail.cause() != null ? fail.cause() : lastFailure;
        if (fail.reason() == LaneStep.FailureReason.ABANDONED) {
            return cause instanceof DeliveryAbandonedException known
                    ? known
                    : abandoned(LaneRequests.operation(fail.batch()), fail.possiblyStored(), cause);
        }
        if (fail.reason() != LaneStep.FailureReason.TIMED_OUT) {
            return Objects.requireNonNull(fail.cause(), "a failure without a cause");
        }
        boolean closes = fail.batch().closesStream();
        return new DeliveryTimeoutException(Failure.of(
                LaneRequests.operation(fail.batch()),
                identity.url(),
                notInTime(fail.batch())
                        + certainty(fail.possiblyStored())
                        + (closes ? "; closeStream() may be called again, and repeats it under its number" : "")
                        + lastFailure(cause),
                cause));
    }

    private String notInTime(OutgoingBatch batch) {
        Duration timeout = settings.delivery().deliveryTimeout();
        boolean isEarly = now() - batch.createdNanos() < timeout.toNanos();
        return isEarly
                ? "the server asks for a longer wait than the delivery timeout of " + timeout + " allows"
                : "not acknowledged within " + timeout;
    }

    private static String certainty(boolean possiblyStored) {
        return possiblyStored ? ", so it may or may not be stored" : ", and it is not stored";
    }

    private static String lastFailure(@Nullable Throwable cause) {
        return cause == null ? "" : "; last failure: " + cause.getMessage();
    }

    private void unlessAbandoned(Runnable answer) {
        if (abandonment == null) {
            answer.run();
        }
    }

    private void replied(Attempt<OutgoingBatch> attempt, LaneRequests.Reply reply) {
        lastFailure = null;
        boolean closes = attempt.batch().closesStream();
        // The response to a close without a message is 204 (protocol §5.3). For a close with a message, 204 means that
        // another writer has closed the stream under this number, or that an earlier attempt has.
        boolean closed = closes && reply.streamClosed() && (attempt.batch().isEmpty() || attempt.repeats());
        if (reply.duplicate() && !closed) {
            long lastSeq = reply.lastSeq() != null ? reply.lastSeq() : attempt.seq();
            Tail end = closes && reply.streamClosed() ? new Tail(attempt, reply.nextOffset()) : null;
            carryOut(lane().duplicate(attempt, lastSeq, () -> taken(attempt), now()), end);
        } else {
            // A close requires the confirmation of the response, but its message is stored in any case.
            Offset nextOffset = closes && !reply.streamClosed() ? null : reply.nextOffset();
            carryOut(lane().stored(attempt, now()), new Tail(attempt, nextOffset));
        }
    }

    private ProducerFencedException taken(Attempt<OutgoingBatch> attempt) {
        ProducerFencedException taken = new ProducerFencedException(
                identity.failure(
                        "the server has an append " + attempt.epoch() + "/" + attempt.seq() + " of producer '"
                                + identity.producerId() + "' that this producer has not sent; a writer that comes back"
                                + " under the same id needs a higher epoch, an EpochStore, or auto-claim",
                        null),
                attempt.epoch());
        metrics.failed(attempt.batch(), taken);
        return taken;
    }

    private void failed(Attempt<OutgoingBatch> attempt, Throwable failure) {
        metrics.failed(attempt.batch(), failure);
        if (failure instanceof TransientStreamException passing) {
            reportRetry(attempt, passing);
            // The response may be from a proxy, which need not know the outcome of the request at the server.
            boolean neverSent = passing.nothingStored() && passing.status() == null;
            unknown(attempt, passing, neverSent, passing.retryAfter());
        } else if (failure instanceof StreamProtocolException nonsense) {
            reportRetry(attempt, nonsense);
            unknown(attempt, nonsense, false, null);
        } else if (failure instanceof ProducerFencedException fenced) {
            carryOut(lane().fenced(attempt, fenced.currentEpoch(), fenced, now()), null);
        } else if (failure instanceof ProducerSequenceGapException gap) {
            carryOut(lane().gap(attempt, gap.expectedSeq(), gap, now()), null);
        } else if (failure instanceof StreamClosedException closed) {
            carryOut(lane().streamClosed(attempt, closed, now()), null);
        } else if (failure instanceof DurableStreamException refused) {
            if (attempt.batch().refusedCredentials().mayAskAgain(refused)) {
                unknown(attempt, refused, true, null);
            } else {
                refused(attempt, refused);
            }
        } else {
            refused(attempt, new StreamRequestException(identity.failure(failure.toString(), failure)));
        }
    }

    private void reportRetry(Attempt<OutgoingBatch> attempt, DurableStreamException failure) {
        boolean repeats = now() - attempt.deadlineNanos() < 0;
        if (repeats && (lastFailure != null || !mayBeIdleCut(failure))) {
            outcomes.retrying(failure);
        }
    }

    /** Servers and proxies close idle connections, possibly while a request is sent. The next attempt succeeds then. */
    private static boolean mayBeIdleCut(DurableStreamException failure) {
        return failure instanceof TransientStreamException passing
                && passing.status() == null
                && !passing.nothingStored()
                && !(passing instanceof StreamTimeoutException);
    }

    private void refused(Attempt<OutgoingBatch> attempt, DurableStreamException cause) {
        OutgoingBatch batch = attempt.batch();
        if (Objects.equals(cause.status(), CONTENT_TOO_LARGE) && batch.count() > 1) {
            outcomes.tooLarge(batch);
            carryOut(lane().tooLarge(attempt, batch.halves(), cause, now()), null);
        } else {
            carryOut(lane().rejected(attempt, cause, now()), null);
        }
    }

    private void unknown(
            Attempt<OutgoingBatch> attempt,
            DurableStreamException cause,
            boolean nothingStored,
            @Nullable Duration retryAfter) {
        if (lastFailure == null || now() - attempt.deadlineNanos() < 0) {
            lastFailure = cause; // Keep the failure before the deadline, because it says more.
        }
        RetryHint retry = new RetryHint(retryAfter, timing.random().getAsDouble());
        carryOut(lane().unknown(attempt, cause, nothingStored, retry, now()), null);
    }

    private void wake() {
        carryOut(lane().wake(now()), null);
    }

    /** Cancels the timer. No batch may be outstanding. */
    void clearTimer() {
        timer.clear();
    }

    private long now() {
        return timing.nanos();
    }
}
