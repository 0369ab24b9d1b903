package io.durablestreams.client.producer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.DeliveryAbandonedException;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerBufferFullException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.fixture.SimulatedTime;
import io.durablestreams.client.producer.SimulatedMessage.Fate;
import io.durablestreams.client.producer.SimulatedMessage.Kind;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.ClaimPolicy;
import io.durablestreams.protocol.simulation.SimulatedLog;
import io.durablestreams.protocol.simulation.SimulatedLog.Stored;

/**
 * What an {@link IdempotentProducer} promises to those who hand it messages and wait, checked at every step of a
 * {@link ProducerSimulation}. {@link io.durablestreams.client.fixture.RequestChecks} checks what it sends, and the {@link SimulatedStream} that a message is
 * stored once and in order within an epoch, in a body that holds it unchanged.
 */
public final class ProducerChecks {

    /** What timers that are late may add to a time that is promised. */
    private static final long TOLERANCE = 20_000_000;

    private final ProducerPlan plan;
    private final SimulatedTime time;
    private final MetricsLedger metrics;
    private final SimulatedMessages messages;
    private final SimulatedStream stream;

    private final Deque<SimulatedMessage> awaited = new ArrayDeque<>();
    private final List<Wait> waits = new ArrayList<>();
    private final Set<Object> seen = new HashSet<>();
    private final Set<Integer> repeated = new HashSet<>();

    private long highestReceipt = -1;
    private int lastStored;
    private int lastFailed;
    private int firstRefused = Integer.MAX_VALUE;
    private boolean owedFailure;
    private boolean flushAbandoned;
    private boolean released;

    /** Somebody who waits for all messages that were accepted before. */
    final class Wait {

        private final String what;
        private final int messagesBefore = messages.count();
        private final long deadline;
        private final boolean mustFail = owedFailure;
        private boolean sawFailure;

        private Wait(String what, long deadline) {
            this.what = what;
            this.deadline = deadline;
            owedFailure = false;
        }

        /** Whether it tells of failures before it has begun that nobody has been told of. */
        private boolean tellsOfEarlierFailures() {
            return !what.equals("closeProducers");
        }

        private boolean covers(SimulatedMessage message) {
            return message.number() < messagesBefore;
        }

        @Override
        public String toString() {
            return what;
        }
    }

    ProducerChecks(
            ProducerPlan plan,
            SimulatedTime time,
            MetricsLedger metrics,
            SimulatedMessages messages,
            SimulatedStream stream) {
        this.plan = plan;
        this.time = time;
        this.metrics = metrics;
        this.messages = messages;
        this.stream = stream;
    }

    /** What has happened. */
    Set<Object> seen() {
        return seen;
    }

    /** The highest epoch that an append is known to be stored under, or -1. */
    long highestReceipt() {
        return highestReceipt;
    }

    // Messages.

    /** A message is handed over, and accepted unless it is refused before the call returns. */
    void offered(SimulatedMessage message) {
        message.bytesBefore = outstandingBytes();
        messages.add(message);
        message.deadline = deadline(1);
        if (message.kind() == Kind.SENT) {
            awaited.add(message);
        }
    }

    private long deadline(int timeouts) {
        return time.nanos()
                + timeouts * plan.settings().delivery().deliveryTimeout().toNanos()
                + TOLERANCE;
    }

    static boolean isRefusal(Throwable reason) {
        return reason instanceof IllegalArgumentException
                || reason instanceof ProducerClosedException
                || isStop(reason) && String.valueOf(reason.getMessage()).contains("has stopped, and nothing was sent");
    }

    void refused(SimulatedMessage message, Throwable reason) {
        settle(message, Fate.REFUSED, reason);
        if (isStop(reason)) {
            firstRefused = Math.min(firstRefused, message.number());
        }
        boolean allowed = reason instanceof IllegalArgumentException
                ? message.length() > plan.settings().buffering().maxBufferedBytes()
                : reason instanceof ProducerClosedException
                        ? released
                        : reason instanceof ProducerBufferFullException
                                ? Math.max(message.bytesBefore, outstandingBytes()) + message.length()
                                        > plan.settings().buffering().maxBufferedBytes()
                                : mayFailWith(message, reason);
        require(allowed, message + " is refused for no reason: " + reason);
    }

    /** The bytes of all messages that may be without an outcome, as far as the application knows. */
    private long outstandingBytes() {
        return messages.all().stream()
                .filter(message -> message.fate == Fate.ACCEPTED || message.fate == Fate.ABANDONED)
                .filter(message -> message.deadline >= time.nanos())
                .mapToLong(SimulatedMessage::length)
                .sum();
    }

    private void settle(SimulatedMessage message, Fate fate, @Nullable Throwable cause) {
        require(message.fate == Fate.ACCEPTED, message + " is settled again, as " + fate + " " + cause);
        require(
                fate == Fate.REFUSED || message.number() < firstRefused,
                message + " is accepted although the producer has stopped");
        messages.settle(message, fate);
        message.cause = cause;
        seen.add(cause == null ? fate : cause.getClass());
    }

    void acknowledged(SimulatedMessage message, AppendReceipt receipt) {
        settle(message, Fate.ACKNOWLEDGED, null);
        seen.add(receipt.outcome());
        ProducerSequence sequence = receipt.sequence();
        require(sequence != null, message + " has a receipt without a number");
        highestReceipt = Math.max(highestReceipt, sequence.epoch());
        if (receipt.outcome() == Outcome.POSSIBLY_REPEATED) {
            repeated.add(message.number());
        }
        require(
                stream.log().holds(message.number(), sequence) || stream.isConfused(),
                message + " is acknowledged as " + receipt + " and not stored so");
        Offset end = receipt.nextOffset();
        require(
                end == null
                        || end.toString().equals(stream.offsetBehind(sequence))
                        || stream.log().hasLostState(),
                message + " is acknowledged as " + receipt + " and ends at " + stream.offsetBehind(sequence));
    }

    void failed(SimulatedMessage message, Throwable cause) {
        require(message.mayStillFail, message + " fails after a flush told that it is settled: " + cause);
        settle(message, Fate.FAILED, cause);
        metrics.causes.add(cause);
        if (message.kind() != Kind.STREAMED) { // What is told only when it is asked for says nothing about the time.
            owedFailure |= waits.isEmpty() && !flushAbandoned;
            waits.forEach(wait -> wait.sawFailure |= wait.covers(message));
        }
        require(mayFailWith(message, cause), message + " has no reason to fail with " + cause);
    }

    private boolean mayFailWith(SimulatedMessage message, Throwable cause) {
        if (cause instanceof ProducerFencedException) {
            return stream.log().epochOfOthers() >= 0 || stream.log().hasLostState();
        }
        if (cause instanceof ProducerSequenceGapException) {
            return stream.log().hasLostState();
        }
        if (cause instanceof StreamClosedException) {
            return stream.log().closure() != null;
        }
        if (cause instanceof StreamRequestException) {
            return plan.server().refusesSome()
                    || plan.application().bad() > 0
                    || message.length() > plan.settings().buffering().maxBufferedBytes()
                    || stream.log().hasLostState();
        }
        if (cause instanceof DeliveryAbandonedException) {
            return released && plan.application().givesUp();
        }
        return cause instanceof DurableStreamException;
    }

    /** Nobody waits for its outcome any more. */
    void abandoned(SimulatedMessage message) {
        if (!message.isSettled()) {
            messages.settle(message, Fate.ABANDONED);
        }
    }

    // Those who wait.

    /**
     * Somebody begins to wait.
     *
     * @param what what for
     * @param timeouts how many delivery timeouts it may take at most
     */
    Wait waiting(String what, int timeouts) {
        Wait wait = new Wait(what, deadline(timeouts));
        waits.add(wait);
        return wait;
    }

    void ended(Wait wait, @Nullable Throwable failure) {
        require(waits.remove(wait), wait.what + " ends twice");
        seen.add(wait.what + (failure == null ? "" : " fails"));
        messages.all().stream().limit(wait.messagesBefore).forEach(message -> {
            require(isOver(message), wait.what + " ends before " + message + " is settled");
            message.mayStillFail = message.kind() == Kind.STREAMED;
        });
        if (failure == null) {
            boolean mustFail = wait.mustFail && wait.tellsOfEarlierFailures();
            require(!mustFail && !wait.sawFailure, wait.what + " does not tell of a failure");
        } else {
            require(mayEndWith(wait, failure), wait.what + " fails for no reason with " + failure);
        }
    }

    private boolean isOver(SimulatedMessage message) {
        return switch (message.kind()) {
            case SENT -> message.isSettled();
            case APPENDED -> message.isSettled() || message.stored || stream.isConfused();
            case STREAMED, LAST -> true;
        };
    }

    private boolean mayEndWith(Wait wait, Throwable failure) {
        boolean anyReason = metrics.causes.contains(failure)
                || messages.all().stream().anyMatch(message -> message.kind() == Kind.STREAMED)
                || wait.what.startsWith("close")
                || wait.what.equals("restart") && (isStop(failure) || failure instanceof DeliveryAbandonedException);
        return anyReason && failure instanceof DurableStreamException; // Or else it is a check that has failed.
    }

    static boolean isStop(@Nullable Throwable failure) {
        return failure instanceof ProducerFencedException
                || failure instanceof ProducerSequenceGapException
                || failure instanceof StreamClosedException;
    }

    /** Nobody waits any more; who waits next may hear less. */
    void abandoned(Wait wait) {
        flushAbandoned |= waits.remove(wait);
    }

    /** Nothing is accepted any more. */
    void releasing() {
        released = true;
    }

    /** The client is disposed, which tells of all messages at once. */
    void everythingIsOver() {
        messages.all().forEach(message -> require(isOver(message), message + " is not settled by the end"));
    }

    /** The stream is closed, with a message or without one. */
    void closed(@Nullable SimulatedMessage last) {
        require(stream.log().closure() != null, "the stream is told to be closed");
        if (last != null) {
            settle(last, Fate.ACKNOWLEDGED, null);
            lastStored++;
        }
    }

    /** An attempt to close the stream has failed. */
    void notClosed(@Nullable SimulatedMessage last, Throwable failure) {
        lastFailed += last == null ? 0 : 1;
        boolean sameNumber = plan.server().denied() == 0
                && !stream.log().hasLostState()
                && stream.log().epochOfOthers() < 0;
        require(
                !(failure instanceof StreamClosedException && sameNumber && stream.isClosedByProducer()),
                "the producer that has closed the stream is told that somebody else has");
    }

    /** Whether the producer has been closed, and everybody was told. */
    boolean isClosed() {
        return released && waits.stream().noneMatch(wait -> wait.what.startsWith("close"));
    }

    // What must hold now.

    /** The trouble is over: whatever is refused now is refused for ever. */
    void calmMessagesAreStored() {
        SimulatedMessage last = messages.get(messages.count() - 1);
        // A server that fell back to an older epoch refuses everything, unless the producer may claim a newer one.
        boolean refusesAll =
                stream.log().hasLostState() && plan.settings().incarnation().onSequenceGap() != ClaimPolicy.CLAIM;
        require(
                last.fate == Fate.ACKNOWLEDGED || released || isStop(last.cause) || refusesAll,
                last + " is not stored although the trouble is over: " + last.cause);
    }

    void afterStep() {
        long most = plan.settings().buffering().maxBufferedBytes();
        require(metrics.buffered >= 0 && metrics.buffered <= most, metrics.buffered + " bytes are buffered");
        require(
                !plan.startsAtOnce() || messages.appendedBytes() <= most,
                messages.appendedBytes() + " bytes are accepted and not settled");
        while (!awaited.isEmpty() && awaited.element().isSettled()) {
            awaited.remove();
        }
        require(
                awaited.isEmpty() || awaited.element().deadline >= time.nanos(),
                awaited.peek() + " is not settled in time");
        waits.forEach(wait -> require(wait.deadline >= time.nanos(), wait.what + " does not end in time"));
    }

    // What must hold when everything is over.

    void atTheEnd() {
        require(waits.isEmpty(), "somebody still waits");
        Map<Integer, Integer> copies = new HashMap<>();
        int last = -1;
        for (Stored stored : stream.log().messages()) {
            int number = stored.message();
            if (number != SimulatedLog.OTHERS
                    && copies.merge(number, 1, Integer::sum) == 1
                    && isAcknowledged(messages.get(number))) {
                require(number > last || stream.isConfused(), "message " + number + " comes behind message " + last);
                last = number;
            }
        }
        messages.all().forEach(message -> checkCopies(message, copies.getOrDefault(message.number(), 0)));
        checkSums();
    }

    private static boolean isAcknowledged(SimulatedMessage message) {
        return message.fate == Fate.ACKNOWLEDGED || message.kind() == Kind.APPENDED && message.fate == Fate.ACCEPTED;
    }

    private void checkCopies(SimulatedMessage message, int copies) {
        boolean mayBeRepeated = message.fate == Fate.ACKNOWLEDGED && message.kind() != Kind.LAST
                ? repeated.contains(message.number())
                : metrics.seen.contains(Outcome.POSSIBLY_REPEATED) || message.fate != Fate.ACCEPTED;
        require(
                copies <= 1 || mayBeRepeated || stream.log().hasLostState(),
                message + " is stored " + copies + " times");
        require(copies > 0 || !isAcknowledged(message) || stream.isConfused(), message + " is not stored");
        require(
                copies == 0 || message.fate != Fate.REFUSED && !isToldToBeNotStored(message),
                message + " is stored although it failed with " + message.cause);
    }

    private static boolean isToldToBeNotStored(SimulatedMessage message) {
        if (message.cause instanceof DeliveryAbandonedException abandoned) {
            return !abandoned.possiblyStored();
        }
        String text = message.cause instanceof DeliveryTimeoutException timedOut ? timedOut.getMessage() : "";
        return text.contains("it is not stored") || text.contains("nothing is stored");
    }

    private void checkSums() {
        long accepted = messages.count(Fate.ACCEPTED) + messages.count(Fate.ACKNOWLEDGED) + lastStored;
        long most = accepted + messages.count(Fate.ABANDONED);
        long stored = metrics.messagesStored;
        require(
                stored >= accepted && stored <= most,
                stored + " messages count as stored instead of " + accepted + " to " + most);
        long known = messages.count(Fate.FAILED);
        long failed = metrics.messagesFailed + metrics.messagesFailedAlone;
        require(
                failed >= known && failed <= known + messages.count(Fate.ABANDONED) + lastFailed,
                failed + " messages count as failed instead of " + known);
        long refused = messages.all().stream()
                .filter(message -> message.fate == Fate.REFUSED && message.cause instanceof DurableStreamException)
                .count();
        require(
                metrics.messagesRefused >= refused
                        && metrics.messagesRefused <= refused + messages.count(Fate.ABANDONED),
                metrics.messagesRefused + " messages count as refused instead of " + refused);
        metrics.requireBalance();
    }

    static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
