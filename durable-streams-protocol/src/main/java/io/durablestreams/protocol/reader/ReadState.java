package io.durablestreams.protocol.reader;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.reader.ReadStep.Request;
import io.durablestreams.protocol.sse.ControlEvent;

/**
 * Where a reader stands. Immutable: everything that happens makes a new state and one step (protocol §5.6 to §5.8).
 *
 * <p>A reader catches up without {@code live} until an answer is up to date, and then follows the stream as its policy
 * says. The position moves only at the end of an answer or with a control event; what was delivered of an answer before
 * its end is counted, so that a repeated request can skip it.
 */
public final class ReadState {

    private final ReadPolicy policy;
    private final Course course;
    private final Place place;
    private final Troubles troubles;
    private final Said said;

    private ReadState(ReadPolicy policy, Course course, Place place, Troubles troubles, Said said) {
        this.policy = policy;
        this.course = course;
        this.place = place;
        this.troubles = troubles;
        this.said = said;
    }

    /**
     * A state and what it leads to.
     *
     * @param state the new state
     * @param step what to do next
     * @param emit whether to deliver a batch with what was read, even if that is nothing, before the step
     */
    public record Transition(ReadState state, ReadStep step, boolean emit) {}

    /** How the next request reads, and whether the reader has ever been live: from then on it may retry for longer. */
    private record Course(LiveMode mode, boolean wasLive) {

        Course in(LiveMode next) {
            return new Course(next, wasLive || next != LiveMode.OFF);
        }

        boolean live() {
            return mode != LiveMode.OFF;
        }

        boolean sse() {
            return mode == LiveMode.SSE;
        }
    }

    /** Where the next request reads, and what of its answer is known already. */
    private record Place(
            Offset position, Offset checkpoint, @Nullable String cursor, long delivered) {

        static Place at(Offset offset) {
            return new Place(offset, offset, null, 0);
        }

        Place movedTo(Offset offset, @Nullable String newCursor, long stillDelivered, boolean held) {
            return new Place(
                    offset, held ? checkpoint : offset, newCursor != null ? newCursor : cursor, stillDelivered);
        }
    }

    /** What has gone wrong in a row. */
    private record Troubles(int failures, int stalled, int shortConnections, int recoveries, int backwards) {

        static final Troubles NONE = new Troubles(0, 0, 0, 0, 0);

        Troubles withFailures(int count) {
            return new Troubles(count, stalled, shortConnections, recoveries, backwards);
        }

        Troubles withShortConnections(int count) {
            return new Troubles(failures, stalled, count, recoveries, backwards);
        }

        Troubles afterAnswer(boolean idle) {
            return new Troubles(0, idle ? stalled + 1 : 0, shortConnections, 0, 0);
        }

        Troubles afterRecovery() {
            return new Troubles(0, stalled, shortConnections, recoveries + 1, 0);
        }

        Troubles afterControlEvent() {
            return new Troubles(failures, stalled, shortConnections, 0, 0);
        }

        Troubles afterRestart() {
            return new Troubles(failures + 1, stalled, shortConnections, recoveries, 0);
        }

        Troubles afterBackwards() {
            return new Troubles(failures, stalled, shortConnections, recoveries, backwards + 1);
        }
    }

    /** What the last batch told the subscriber. */
    private record Said(Offset checkpoint, boolean upToDate, boolean closed) {}

    /** Returns the first state: the first request never carries {@code live}, so that history stays cacheable. */
    public static Transition start(ReadPolicy policy, Offset from) {
        ReadState state = new ReadState(
                policy, new Course(LiveMode.OFF, false), Place.at(from), Troubles.NONE, new Said(from, false, false));
        return new Transition(state, state.request(Duration.ZERO), false);
    }

    /** The offset of the next batch: resuming there loses nothing that has not been delivered. */
    public Offset checkpoint() {
        return said.checkpoint();
    }

    /** Where the next request reads. */
    public Offset position() {
        return place.position();
    }

    public boolean upToDate() {
        return said.upToDate();
    }

    public boolean closed() {
        return said.closed();
    }

    /**
     * A part of an answer is being delivered before the rest of it has come. Its batch has the checkpoint of the state
     * before, and is not up to date.
     *
     * @param units messages or bytes of this part that had not been delivered before
     */
    public ReadState partDelivered(long units) {
        Place further = new Place(place.position(), place.checkpoint(), place.cursor(), place.delivered() + units);
        return new ReadState(policy, course, further, troubles, new Said(place.checkpoint(), false, false));
    }

    /**
     * A catch-up or long-poll answer was read to its end.
     *
     * @param answer the answer
     * @param hasItems whether there are items that have not been delivered
     * @param random a random number from 0 to below 1
     */
    public Transition answered(ReadAnswer answer, boolean hasItems, double random) {
        if (answer.nextOffset().isBefore(place.position())) {
            return backwards(answer.nextOffset(), answer.units() > 0, random);
        }
        boolean moved = !answer.nextOffset().equals(place.position());
        if (!moved && answer.units() > 0) {
            return standsStill();
        }
        long stillDelivered = Math.max(0, place.delivered() - answer.units());
        // An offset within text that was skipped may be in the middle of a character as well.
        boolean held = answer.held() || stillDelivered > 0 && answer.format() == StreamFormat.TEXT;
        Place next = place.movedTo(answer.nextOffset(), answer.cursor(), stillDelivered, held);
        Said words = new Said(next.checkpoint(), answer.upToDate() || answer.closed(), answer.closed());
        boolean emit = hasItems || !next.checkpoint().equals(said.checkpoint()) || saysMore(words);
        boolean idle = !moved && answer.units() == 0 && !words.upToDate()
                || course.live() && answer.units() == 0 && answer.took().compareTo(ReadPolicy.HELD) < 0;
        ReadState state = new ReadState(
                policy,
                course.in(modeAfter(words, answer.format())),
                next,
                troubles.afterAnswer(idle),
                emit ? words : said);
        return new Transition(state, state.stepAfter(words, random), emit);
    }

    private boolean saysMore(Said words) {
        return words.upToDate() && !said.upToDate() || words.closed() && !said.closed();
    }

    private LiveMode modeAfter(Said words, StreamFormat format) {
        if (course.live() || !words.upToDate() || policy.live() == LiveMode.OFF) {
            return course.mode();
        }
        if (policy.live() != LiveMode.AUTO) {
            return policy.live();
        }
        // Text over SSE is not byte-exact; the fallback to long-poll is for the whole session.
        boolean longPoll =
                format == StreamFormat.TEXT || troubles.shortConnections() >= ReadPolicy.MAX_SHORT_CONNECTIONS;
        return longPoll ? LiveMode.LONG_POLL : LiveMode.SSE;
    }

    private ReadStep stepAfter(Said words, double random) {
        if (words.closed() || words.upToDate() && policy.live() == LiveMode.OFF) {
            return new ReadStep.Complete();
        }
        if (troubles.stalled() == 0) {
            return request(Duration.ZERO);
        }
        if (!words.upToDate() && troubles.stalled() > ReadPolicy.MAX_STALLED_ANSWERS) {
            return new ReadStep.Fail("the server answered " + troubles.stalled() + " times in a row at offset "
                    + place.position() + " without data, without moving on and without saying up to date");
        }
        return request(policy.backoff().delay(troubles.stalled() - 1, random, null));
    }

    /**
     * A control event has come, which commits the data events before it.
     *
     * @param event the event
     * @param hasItems whether there were items in them
     * @param held whether the last of their bytes are held back
     * @param random a random number from 0 to below 1
     */
    public Transition committed(ControlEvent event, boolean hasItems, boolean held, double random) {
        if (event.streamNextOffset().isBefore(place.position())) {
            return backwards(event.streamNextOffset(), hasItems, random);
        }
        if (hasItems && event.streamNextOffset().equals(place.position()) && !event.streamClosed()) {
            return standsStill();
        }
        Place next = place.movedTo(event.streamNextOffset(), event.streamCursor(), 0, held);
        Said words = new Said(next.checkpoint(), event.upToDate(), event.streamClosed());
        boolean emit = hasItems || !next.checkpoint().equals(said.checkpoint()) || saysMore(words);
        ReadState state = new ReadState(policy, course, next, troubles.afterControlEvent(), emit ? words : said);
        return new Transition(state, event.streamClosed() ? new ReadStep.Complete() : new ReadStep.Continue(), emit);
    }

    /**
     * An SSE connection ended without saying that the stream is closed: servers do that to rotate connections.
     *
     * @param lived how long the connection was open
     * @param random a random number from 0 to below 1
     */
    public Transition connectionEnded(Duration lived, double random) {
        ReadState state = afterConnection(lived, failuresAfter(lived));
        return new Transition(state, state.request(state.waitAfterShortConnections(random)), false);
    }

    /**
     * More data came over SSE without a control event than is kept undelivered: the rest is read by catching up, whose
     * answers can be delivered in parts.
     *
     * @param lived how long the connection was open
     * @param random a random number from 0 to below 1
     */
    public Transition overflowed(Duration lived, double random) {
        ReadState after = afterConnection(lived, failuresAfter(lived));
        ReadState state = new ReadState(policy, course.in(LiveMode.OFF), place, after.troubles, said);
        return new Transition(state, state.request(state.waitAfterShortConnections(random)), false);
    }

    private int failuresAfter(Duration lived) {
        return lived.compareTo(ReadPolicy.SHORT_CONNECTION) < 0 ? troubles.failures() : 0;
    }

    private Duration waitAfterShortConnections(double random) {
        int quick = troubles.shortConnections();
        return quick == 0 ? Duration.ZERO : policy.backoff().delay(quick - 1, random, null);
    }

    /**
     * A request failed.
     *
     * @param failure how
     * @param random a random number from 0 to below 1
     */
    public Transition failed(ReadFailure failure, double random) {
        if (!failure.passing()) {
            return giveUp();
        }
        boolean stable = course.sse() && failure.took().compareTo(ReadPolicy.STABLE_CONNECTION) >= 0;
        int failures = stable ? 1 : troubles.failures() + 1;
        int limit = course.wasLive() ? policy.maxLiveRetries() : policy.maxRetries();
        if (failures > limit) {
            return giveUp();
        }
        // Only a connection that was open can have been short-lived: to have none says nothing against SSE.
        ReadState state = failure.answered() ? afterConnection(failure.took(), failures) : with(failures);
        Duration delay = policy.backoff().delay(failures - 1, random, failure.retryAfter());
        return new Transition(state, state.request(delay), false);
    }

    private ReadState with(int failures) {
        return new ReadState(policy, course, place, troubles.withFailures(failures), said);
    }

    private ReadState afterConnection(Duration lived, int failures) {
        boolean isShort = course.sse() && lived.compareTo(ReadPolicy.SHORT_CONNECTION) < 0;
        int before = course.sse() && !isShort ? 0 : troubles.shortConnections();
        int shortConnections = isShort ? before + 1 : before;
        boolean fallBack =
                course.sse() && policy.live() == LiveMode.AUTO && shortConnections >= ReadPolicy.MAX_SHORT_CONNECTIONS;
        Troubles now = troubles.withFailures(failures).withShortConnections(shortConnections);
        return new ReadState(policy, fallBack ? course.in(LiveMode.LONG_POLL) : course, place, now, said);
    }

    /** Whether a failure may still be recovered from, or has been too often in a row. */
    public boolean mayRecover() {
        return troubles.recoveries() < ReadPolicy.MAX_RECOVERIES;
    }

    /**
     * What the reader gave up for was dealt with: it goes on, at once for the first time.
     *
     * @param random a random number from 0 to below 1
     */
    public Transition recovered(double random) {
        int before = troubles.recoveries();
        Duration delay = before == 0 ? Duration.ZERO : policy.backoff().delay(before - 1, random, null);
        ReadState state = new ReadState(policy, course, place, troubles.afterRecovery(), said);
        return new Transition(state, state.request(delay), false);
    }

    /**
     * The server has dropped what is behind the position, or the whole stream.
     *
     * @param random a random number from 0 to below 1
     */
    public Transition gone(double random) {
        Offset from = policy.whenGone().offset();
        return from == null || from.equals(place.position()) ? giveUp() : restart(from, random);
    }

    /**
     * The server names an offset before the position. Without data that may pass: some servers show an append a moment
     * before their tail includes it, so the same is asked for again before the stream counts as created anew.
     */
    private Transition backwards(Offset offset, boolean hasData, double random) {
        if (!hasData && troubles.backwards() < ReadPolicy.MAX_BACKWARD_ANSWERS) {
            Backoff backoff = policy.backoff();
            Duration delay = backoff.delay(troubles.backwards(), random, backoff.initialDelay());
            ReadState state = new ReadState(policy, course, place, troubles.afterBackwards(), said);
            return new Transition(state, state.request(delay), false);
        }
        Offset from = policy.whenRecreated().offset();
        return from != null
                ? restart(from, random)
                : broken("the offset went backwards, from " + place.position() + " to " + offset
                        + ": the stream was deleted and created anew, or the offset is of another stream");
    }

    private Transition restart(Offset from, double random) {
        Troubles now = troubles.afterRestart();
        ReadState state =
                new ReadState(policy, course.in(LiveMode.OFF), Place.at(from), now, new Said(from, false, false));
        Duration delay = policy.backoff().delay(now.failures() - 1, random, null);
        return new Transition(state, state.request(delay), false);
    }

    private Transition giveUp() {
        return new Transition(this, new ReadStep.GiveUp(), false);
    }

    private Transition standsStill() {
        return broken("the answer has data, but its next offset is the one asked for, " + place.position());
    }

    private Transition broken(String reason) {
        return new Transition(this, new ReadStep.Fail(reason), false);
    }

    private Request request(Duration delay) {
        String cursor = course.live() ? place.cursor() : null;
        return new Request(place.position(), course.mode(), cursor, place.delivered(), delay);
    }
}
