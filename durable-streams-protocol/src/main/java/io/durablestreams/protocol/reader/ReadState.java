package io.durablestreams.protocol.reader;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.reader.ReadFailure.Outlook;
import io.durablestreams.protocol.reader.ReadStep.Request;
import io.durablestreams.protocol.sse.ControlEvent;

/**
 * The state of a reader (protocol §5.6 to §5.8). A state is immutable: each event yields a new state and one step.
 *
 * <p>A reader first catches up, by requests without {@code live}, until a response is up to date. It then completes or
 * follows the stream, depending on {@link ReadPolicy#live()}.
 *
 * <p>The position changes only at the end of a response or with a control event. Units (messages or bytes) that are
 * delivered before the end of their response are counted, so that a repeated request can skip them.
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
     * The result of an event.
     *
     * @param state the new state
     * @param step the next step
     * @param emit whether to deliver a batch before the step; the batch is empty if no undelivered items were read
     */
    public record Transition(ReadState state, ReadStep step, boolean emit) {}

    /**
     * The mode of the next request.
     *
     * @param mode the mode
     * @param gatewayErrors the number of consecutive errors of gateways in this mode
     * @param onTrial whether another mode failed, and this one has not succeeded yet
     */
    private record Course(LiveMode mode, int gatewayErrors, boolean onTrial) {

        Course in(LiveMode next) {
            return new Course(next, 0, false);
        }

        boolean live() {
            return mode != LiveMode.OFF;
        }

        boolean sse() {
            return mode == LiveMode.SSE;
        }
    }

    /** The position of the next request, and the number of units of its response that are already delivered. */
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

    /** The counts of consecutive problems. */
    private record Troubles(
            int failures, int refusals, int stalled, int shortConnections, int recoveries, int backwards, int doubts) {

        static final Troubles NONE = new Troubles(0, 0, 0, 0, 0, 0, 0);

        Troubles withFailures(int count) {
            return new Troubles(count, 0, stalled, shortConnections, recoveries, backwards, 0);
        }

        Troubles withRefusal() {
            return new Troubles(failures, refusals + 1, stalled, shortConnections, recoveries, backwards, doubts);
        }

        Troubles withShortConnections(int count) {
            return new Troubles(failures, refusals, stalled, count, recoveries, backwards, doubts);
        }

        Troubles withDoubts(int count) {
            return new Troubles(failures, refusals, stalled, shortConnections, recoveries, backwards, count);
        }

        Troubles afterAnswer(boolean idle) {
            return new Troubles(0, 0, idle ? stalled + 1 : 0, shortConnections, 0, 0, 0);
        }

        Troubles afterRecovery() {
            return new Troubles(0, 0, stalled, shortConnections, recoveries + 1, 0, 0);
        }

        /** An event that commits nothing may come before the same doubtful failure again and again. */
        Troubles afterControlEvent(boolean moved) {
            return new Troubles(failures, 0, stalled, shortConnections, 0, 0, moved ? 0 : doubts);
        }

        Troubles afterRestart() {
            return new Troubles(failures + 1, 0, stalled, shortConnections, recoveries, 0, 0);
        }

        Troubles afterBackwards() {
            return new Troubles(failures, 0, stalled, shortConnections, recoveries, backwards + 1, doubts);
        }
    }

    /** The values of the most recent batch. */
    private record Said(Offset checkpoint, boolean upToDate, boolean closed) {}

    /**
     * Returns the first transition. The first request is a catch-up request, so that caches can answer it.
     *
     * @param policy the settings of the reader
     * @param from the offset to read from
     */
    public static Transition start(ReadPolicy policy, Offset from) {
        ReadState state = new ReadState(
                policy,
                new Course(LiveMode.OFF, 0, false),
                Place.at(from),
                Troubles.NONE,
                new Said(from, false, false));
        return new Transition(state, state.request(Duration.ZERO), false);
    }

    /** Returns the checkpoint of the most recent batch. Resuming there loses no undelivered items. */
    public Offset checkpoint() {
        return said.checkpoint();
    }

    /** Returns the offset of the next request. */
    public Offset position() {
        return place.position();
    }

    /** Returns whether the most recent batch is up to date. */
    public boolean upToDate() {
        return said.upToDate();
    }

    /** Returns whether the most recent batch reaches the end of a closed stream. */
    public boolean closed() {
        return said.closed();
    }

    /**
     * Counts a part of a response that is delivered before the rest has arrived. The batch of this part has the
     * checkpoint from before the response and is not up to date.
     *
     * @param units the number of messages or bytes in this part that were not delivered before
     */
    public ReadState partDelivered(long units) {
        Place further = new Place(place.position(), place.checkpoint(), place.cursor(), place.delivered() + units);
        return new ReadState(policy, course, further, troubles, new Said(place.checkpoint(), false, false));
    }

    /**
     * Handles the end of a catch-up or long-poll response.
     *
     * @param answer the response
     * @param hasItems whether undelivered items were read
     * @param random a random number, at least 0 and below 1
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
        // An offset within skipped text may also be in the middle of a character.
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
        // SSE does not preserve the bytes of text. The fallback to long-poll is permanent for this reader.
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
     * Handles a control event, which commits the data events before it.
     *
     * @param event the event
     * @param hasItems whether the data events contained items
     * @param held whether the last bytes of the data events are held back because they are an incomplete character
     * @param random a random number, at least 0 and below 1
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
        boolean moved = !event.streamNextOffset().equals(place.position());
        ReadState state = new ReadState(
                policy, course.in(course.mode()), next, troubles.afterControlEvent(moved), emit ? words : said);
        return new Transition(state, event.streamClosed() ? new ReadStep.Complete() : new ReadStep.Continue(), emit);
    }

    /**
     * Handles the regular end of an SSE connection to a stream that is not closed. Servers end connections to rotate
     * them.
     *
     * @param lived the time for which the connection was open
     * @param random a random number, at least 0 and below 1
     */
    public Transition connectionEnded(Duration lived, double random) {
        ReadState state = afterConnection(lived, failuresAfter(lived));
        return new Transition(state, state.request(state.waitAfterShortConnections(random)), false);
    }

    /**
     * Handles more uncommitted SSE data than the reader keeps in memory. The reader requests the data again by catching
     * up, because a catch-up response can be delivered in parts.
     *
     * @param lived the time for which the connection was open
     * @param random a random number, at least 0 and below 1
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
     * Handles the failure of a request: yields a delayed retry, or {@link ReadStep.GiveUp} if the failure is not
     * transient, the retries are exhausted, or the server asks for a wait that is too long. If the server refuses SSE,
     * {@link LiveMode#AUTO} continues by long-poll instead.
     *
     * @param failure the failure
     * @param random a random number, at least 0 and below 1
     */
    public Transition failed(ReadFailure failure, double random) {
        if (asksTooMuch(failure)) {
            return giveUp();
        }
        if (isAutomaticSse() && failure.refusesSse()) {
            return withoutSse(failure, random);
        }
        if (!failure.passing()) {
            return giveUp();
        }
        boolean stable = course.sse() && failure.took().compareTo(ReadPolicy.STABLE_CONNECTION) >= 0;
        int failures = stable ? 1 : troubles.failures() + 1;
        int doubts = failure.outlook() == Outlook.DOUBTFUL ? troubles.doubts() + 1 : 0;
        if (failures > limit() || doubts > policy.maxRetries()) {
            return giveUp();
        }
        // Only an open connection can be short-lived. A failure to connect is no reason to leave SSE.
        ReadState next = failure.answered() ? afterConnection(failure.took(), failures) : with(failures);
        ReadState state =
                new ReadState(policy, next.courseAfter(failure), place, next.troubles.withDoubts(doubts), said);
        Duration delay = policy.backoff().delay(failures - 1, random, failure.retryAfter());
        return new Transition(state, state.request(delay), false);
    }

    /**
     * A gateway that cannot pass events on may answer like one whose server is away. After a few such answers, the
     * reader tries a long-poll, and returns to SSE if that fails as well.
     */
    private Course courseAfter(ReadFailure failure) {
        if (course.onTrial()) {
            return course.in(LiveMode.SSE);
        }
        if (!isAutomaticSse() || !failure.isOfGateway()) {
            return course.in(course.mode());
        }
        int errors = course.gatewayErrors() + 1;
        return errors < ReadPolicy.MAX_GATEWAY_ERRORS
                ? new Course(course.mode(), errors, false)
                : new Course(LiveMode.LONG_POLL, 0, true);
    }

    private int limit() {
        return policy.live() == LiveMode.OFF ? policy.maxRetries() : policy.maxLiveRetries();
    }

    private boolean isAutomaticSse() {
        return course.sse() && policy.live() == LiveMode.AUTO;
    }

    /** Continues by long-poll. After a refusal that is not transient, this is permanent for this reader. */
    private Transition withoutSse(ReadFailure failure, double random) {
        int failures = failure.passing() ? troubles.failures() + 1 : troubles.failures();
        Troubles now = troubles.withFailures(failures);
        if (!failure.passing()) {
            now = now.withShortConnections(ReadPolicy.MAX_SHORT_CONNECTIONS);
        }
        ReadState state = new ReadState(policy, course.in(LiveMode.LONG_POLL), place, now, said);
        Duration delay =
                failure.passing() ? policy.backoff().delay(failures - 1, random, failure.retryAfter()) : Duration.ZERO;
        return new Transition(state, state.request(delay), false);
    }

    private boolean asksTooMuch(ReadFailure failure) {
        Duration retryAfter = failure.retryAfter();
        return retryAfter != null && retryAfter.compareTo(policy.maxRetryAfter()) > 0;
    }

    /**
     * Handles a request that was not sent, because no connection became free in time. This is no failed attempt: it
     * does not count against the retries, and has a limit of its own.
     *
     * @param random a random number, at least 0 and below 1
     */
    public Transition refused(double random) {
        if (troubles.refusals() >= ReadPolicy.MAX_REFUSALS) {
            return giveUp();
        }
        ReadState state = new ReadState(policy, course, place, troubles.withRefusal(), said);
        return new Transition(state, state.request(policy.backoff().delay(troubles.refusals(), random, null)), false);
    }

    private ReadState with(int failures) {
        return new ReadState(policy, course, place, troubles.withFailures(failures), said);
    }

    private ReadState afterConnection(Duration lived, int failures) {
        boolean isShort = course.sse() && lived.compareTo(ReadPolicy.SHORT_CONNECTION) < 0;
        int before = course.sse() && !isShort ? 0 : troubles.shortConnections();
        int shortConnections = isShort ? before + 1 : before;
        boolean fallBack = isAutomaticSse() && shortConnections >= ReadPolicy.MAX_SHORT_CONNECTIONS;
        Troubles now = troubles.withFailures(failures).withShortConnections(shortConnections);
        return new ReadState(policy, fallBack ? course.in(LiveMode.LONG_POLL) : course, place, now, said);
    }

    /** Returns the number of consecutive failures. */
    public int failures() {
        return troubles.failures();
    }

    /** Returns whether the number of consecutive recoveries is below the limit, so that another one is allowed. */
    public boolean mayRecover() {
        return troubles.recoveries() < ReadPolicy.MAX_RECOVERIES;
    }

    /**
     * Continues after the application has handled the failure of a {@link ReadStep.GiveUp}. The request of the first
     * recovery after a successful read is sent immediately, the requests of further recoveries after a delay.
     *
     * @param random a random number, at least 0 and below 1
     */
    public Transition recovered(double random) {
        int before = troubles.recoveries();
        Duration delay = before == 0 ? Duration.ZERO : policy.backoff().delay(before - 1, random, null);
        ReadState state = new ReadState(policy, course, place, troubles.afterRecovery(), said);
        return new Transition(state, state.request(delay), false);
    }

    /**
     * Handles a position or a stream that the server no longer has: restarts as {@link ReadPolicy#whenGone()} says.
     * Yields {@link ReadStep.GiveUp} if the policy is to fail, or would restart at the same position.
     *
     * @param random a random number, at least 0 and below 1
     */
    public Transition gone(double random) {
        Offset from = policy.whenGone().offset();
        return from == null || from.equals(place.position()) ? giveUp() : restart(from, random);
    }

    /**
     * Handles a response with an offset before the position. If the response is empty, the request is repeated a few
     * times: some servers deliver an append shortly before their tail includes it. Otherwise the stream counts as
     * recreated.
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
                        + ": the stream was deleted and created again, or the offset is of another stream");
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
