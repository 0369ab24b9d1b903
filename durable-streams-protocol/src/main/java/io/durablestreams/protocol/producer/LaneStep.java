package io.durablestreams.protocol.producer;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.AppendReceipt;

/**
 * What the driver of a {@link ProducerLane} has to do.
 *
 * @param <B> what a batch is to the driver
 * @param <C> what the cause of a failure is to the driver
 */
public sealed interface LaneStep<B, C> {

    /** Has a handler do this. */
    void carryOut(Handler<B, C> handler);

    /**
     * Does, or records, what the steps of a lane ask for: one method for each kind of step.
     *
     * @param <B> what a batch is to the driver
     * @param <C> what the cause of a failure is to the driver
     */
    interface Handler<B, C> {

        void send(Attempt<B> attempt);

        void acknowledge(Acknowledge<B, C> acknowledgement);

        void fail(Fail<B, C> failure);

        void split(Split<B, C> split);

        void wakeAt(long nanos);
    }

    /**
     * Send the batch under these numbers, and report the outcome with this attempt.
     *
     * @param attempt identifies the attempt
     */
    record Send<B, C>(Attempt<B> attempt) implements LaneStep<B, C> {

        @Override
        public void carryOut(Handler<B, C> handler) {
            handler.send(attempt);
        }
    }

    /**
     * Tell that the batch is stored.
     *
     * @param attempt the attempt whose answer says so
     * @param outcome how sure this is
     */
    record Acknowledge<B, C>(Attempt<B> attempt, AppendReceipt.Outcome outcome) implements LaneStep<B, C> {

        @Override
        public void carryOut(Handler<B, C> handler) {
            handler.acknowledge(this);
        }
    }

    /**
     * Tell that the batch has failed.
     *
     * @param batch the batch
     * @param cause its last failure before the deadline, or the first one after it, or null if there was none
     * @param reason what kind of failure it is
     * @param possiblyStored whether an attempt had an unknown outcome, so that the batch may be stored, or be stored
     *     yet; false means that it is not and never will be
     */
    record Fail<B, C>(B batch, @Nullable C cause, FailureReason reason, boolean possiblyStored)
            implements LaneStep<B, C> {

        @Override
        public void carryOut(Handler<B, C> handler) {
            handler.fail(this);
        }
    }

    /**
     * The batch does not exist any more: from now on, everything is about its parts.
     *
     * @param batch the batch
     * @param parts its parts, as {@link ProducerLane#tooLarge} was given them
     */
    record Split<B, C>(B batch, List<B> parts) implements LaneStep<B, C> {

        @Override
        public void carryOut(Handler<B, C> handler) {
            handler.split(this);
        }
    }

    /**
     * Call {@link ProducerLane#wake} at this time, if nothing else has been called by then. Always in the future, and
     * always there when a batch is outstanding that is not in flight.
     *
     * @param nanos the time, on the clock of the driver
     */
    record WakeAt<B, C>(long nanos) implements LaneStep<B, C> {

        @Override
        public void carryOut(Handler<B, C> handler) {
            handler.wakeAt(nanos);
        }
    }

    /** Why a batch has failed. */
    enum FailureReason {

        /** The server refused this batch for good. */
        REJECTED,

        /** It was not acknowledged in time. */
        TIMED_OUT,

        /** Another incarnation of the producer is at work, or it cannot be ruled out. */
        FENCED,

        /** The server has lost what it knew of the producer. */
        STATE_LOST,

        /** The stream is closed. */
        STREAM_CLOSED,

        /** The application gave up waiting. */
        ABANDONED
    }

    /**
     * One attempt to send a batch.
     *
     * @param batch the batch
     * @param epoch the epoch
     * @param seq the sequence number
     * @param deadlineNanos when the batch fails unless it is acknowledged
     * @param repeats whether an attempt before it, under the same number, may be stored
     */
    record Attempt<B>(B batch, long epoch, long seq, long deadlineNanos, boolean repeats) {}
}
