package io.durablestreams.protocol.producer;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.AppendReceipt;

/**
 * An action that a {@link ProducerLane} asks its driver for.
 *
 * @param <B> the driver's type of batches
 * @param <C> the driver's type of failure causes
 */
public sealed interface LaneStep<B, C> {

    /**
     * Calls the method of the handler for this kind of step.
     *
     * @param handler carries out the step, on the calling thread
     */
    void carryOut(Handler<B, C> handler);

    /**
     * Carries out or records the steps of a lane. There is one method for each kind of step.
     *
     * @param <B> the driver's type of batches
     * @param <C> the driver's type of failure causes
     */
    interface Handler<B, C> {

        /** Handles a {@link Send}. */
        void send(Attempt<B> attempt);

        /** Handles an {@link Acknowledge}. */
        void acknowledge(Acknowledge<B, C> acknowledgement);

        /** Handles a {@link Fail}. */
        void fail(Fail<B, C> failure);

        /** Handles a {@link Split}. */
        void split(Split<B, C> split);

        /** Handles a {@link WakeAt}. */
        void wakeAt(long nanos);
    }

    /**
     * Send the batch under the epoch and number of the attempt, and report the outcome of the attempt to the lane.
     *
     * @param attempt the attempt, which identifies the batch in the report
     */
    record Send<B, C>(Attempt<B> attempt) implements LaneStep<B, C> {

        @Override
        public void carryOut(Handler<B, C> handler) {
            handler.send(attempt);
        }
    }

    /**
     * Report that the batch is stored.
     *
     * @param attempt the last attempt to send the batch
     * @param outcome how the batch came to be stored
     */
    record Acknowledge<B, C>(Attempt<B> attempt, AppendReceipt.Outcome outcome) implements LaneStep<B, C> {

        @Override
        public void carryOut(Handler<B, C> handler) {
            handler.acknowledge(this);
        }
    }

    /**
     * Report that the batch has failed.
     *
     * @param batch the batch
     * @param cause the cause of the stop if the lane has stopped, otherwise the last failure of an attempt, or null if
     *     there was none; a missing response after the deadline does not replace an earlier failure
     * @param reason the kind of the failure
     * @param possiblyStored true if an attempt had an unknown outcome, so that the batch may be stored now or later;
     *     false if the batch is not stored and never will be
     */
    record Fail<B, C>(B batch, @Nullable C cause, FailureReason reason, boolean possiblyStored)
            implements LaneStep<B, C> {

        @Override
        public void carryOut(Handler<B, C> handler) {
            handler.fail(this);
        }
    }

    /**
     * Replace the batch by its parts. All further steps refer to the parts.
     *
     * @param batch the batch, which the lane no longer contains
     * @param parts the parts, as passed to {@link ProducerLane#tooLarge}
     */
    record Split<B, C>(B batch, List<B> parts) implements LaneStep<B, C> {

        @Override
        public void carryOut(Handler<B, C> handler) {
            handler.split(this);
        }
    }

    /**
     * Call {@link ProducerLane#wake} at this time, unless another method is called before. The time is always in the
     * future. Every call with an outstanding batch that is not in flight returns such a step.
     *
     * @param nanos the time in nanoseconds, on the clock of the driver
     */
    record WakeAt<B, C>(long nanos) implements LaneStep<B, C> {

        @Override
        public void carryOut(Handler<B, C> handler) {
            handler.wakeAt(nanos);
        }
    }

    /** The reason for the failure of a batch. */
    enum FailureReason {

        /** The server refused the batch, and a retry cannot succeed. */
        REJECTED,

        /** The batch was not acknowledged before its deadline. */
        TIMED_OUT,

        /** Another incarnation of the producer is active, or may be active. */
        FENCED,

        /** The server has lost the state of the producer. */
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
     * @param deadlineNanos the time at which the batch fails unless it is acknowledged, in nanoseconds on the clock of
     *     the driver
     * @param repeats whether an earlier attempt under the same number may be stored
     * @param <B> the driver's type of batches
     */
    record Attempt<B>(B batch, long epoch, long seq, long deadlineNanos, boolean repeats) {}
}
