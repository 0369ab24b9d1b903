package io.durablestreams.protocol.reader;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.reader.ReadFailure.Outlook;
import io.durablestreams.protocol.reader.ReadState.Transition;
import io.durablestreams.protocol.sse.ControlEvent;

/** Tells a reader's story: each call is something that happens, and the last transition can be looked at. */
final class Reading {

    /** What is drawn at random, so that a wait is half of its bound. */
    static final double RANDOM = 0.5;

    /** A wait that a live answer or connection takes in earnest. */
    static final Duration LONG = Duration.ofSeconds(30);

    static final Duration AT_ONCE = Duration.ofMillis(1);

    private Transition last;

    private Reading(ReadPolicy policy, Offset from) {
        last = ReadState.start(policy, from);
    }

    static ReadPolicy policy(LiveMode live) {
        return new ReadPolicy(live, 2, 4, Backoff.DEFAULT);
    }

    static ReadPolicy policy(RestartPolicy whenGone, RestartPolicy whenRecreated) {
        return new ReadPolicy(
                LiveMode.AUTO, 2, 4, ReadPolicy.MAX_RETRY_AFTER, Backoff.DEFAULT, whenGone, whenRecreated);
    }

    static Reading from(String offset, LiveMode live) {
        return from(offset, policy(live));
    }

    static Reading from(String offset, ReadPolicy policy) {
        return new Reading(policy, Offset.of(offset));
    }

    /** A JSON reader that has caught up at "a" with a cursor of "1". */
    static Reading caughtUp(LiveMode live) {
        return from("-1", live).answered(new Answer("a").units(1).upToDate().cursor("1"));
    }

    Reading part(long units) {
        last = new Transition(last.state().partDelivered(units), last.step(), true);
        return this;
    }

    Reading answered(Answer answer) {
        last = last.state().answered(answer.build(), answer.fresh, RANDOM);
        return this;
    }

    Reading control(String nextOffset, boolean hasItems) {
        return control(new ControlEvent(Offset.of(nextOffset), null, true, false), hasItems, false);
    }

    Reading control(ControlEvent event, boolean hasItems, boolean held) {
        last = last.state().committed(event, hasItems, held, RANDOM);
        return this;
    }

    Reading connectionEnded(Duration lived) {
        last = last.state().connectionEnded(lived, RANDOM);
        return this;
    }

    Reading overflowed(Duration lived) {
        last = last.state().overflowed(lived, RANDOM);
        return this;
    }

    Reading unreachable() {
        return failed(failure(Outlook.PASSING, null, false, AT_ONCE));
    }

    /** A failure that no status explains. */
    static ReadFailure failure(Outlook outlook, @Nullable Duration retryAfter, boolean answered, Duration took) {
        return new ReadFailure(outlook, retryAfter, null, answered, took);
    }

    Reading status(Outlook outlook, int status) {
        return failed(new ReadFailure(outlook, null, status, false, AT_ONCE));
    }

    Reading failed(ReadFailure failure) {
        last = last.state().failed(failure, RANDOM);
        return this;
    }

    Reading gone() {
        last = last.state().gone(RANDOM);
        return this;
    }

    Reading recovered() {
        last = last.state().recovered(RANDOM);
        return this;
    }

    ReadState state() {
        return last.state();
    }

    ReadStep step() {
        return last.step();
    }

    boolean emits() {
        return last.emit();
    }

    ReadStep.Request request() {
        return (ReadStep.Request) last.step();
    }

    /** The request as a query, with what is to be skipped and the wait in milliseconds. */
    String next() {
        ReadStep.Request request = request();
        String mode =
                request.live() == LiveMode.OFF ? "catch up" : request.live().toString();
        return mode + " at " + request.offset()
                + (request.cursor() == null ? "" : " cursor " + request.cursor())
                + (request.skip() == 0 ? "" : " skip " + request.skip())
                + (request.delay().isZero() ? "" : " after " + request.delay().toMillis());
    }

    /** A catch-up or long-poll answer, JSON unless it says otherwise. */
    static final class Answer {

        private final Offset nextOffset;
        private @Nullable String cursor;
        private boolean upToDate;
        private boolean closed;
        private StreamFormat format = StreamFormat.JSON;
        private long units;
        private boolean fresh;
        private boolean held;
        private Duration took = LONG;

        Answer(String nextOffset) {
            this.nextOffset = Offset.of(nextOffset);
        }

        Answer cursor(String value) {
            cursor = value;
            return this;
        }

        Answer upToDate() {
            upToDate = true;
            return this;
        }

        Answer closed() {
            closed = true;
            return this;
        }

        Answer format(StreamFormat value) {
            format = value;
            return this;
        }

        Answer units(long count) {
            units = count;
            fresh = count > 0;
            return this;
        }

        Answer nothingFresh() {
            fresh = false;
            return this;
        }

        Answer held() {
            held = true;
            return this;
        }

        Answer took(Duration value) {
            took = value;
            return this;
        }

        private ReadAnswer build() {
            return new ReadAnswer(nextOffset, cursor, upToDate, closed, format, units, held, took);
        }
    }
}
