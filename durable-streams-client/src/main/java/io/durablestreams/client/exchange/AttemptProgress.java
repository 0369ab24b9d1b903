package io.durablestreams.client.exchange;

import java.time.Duration;
import java.util.concurrent.TimeoutException;

import reactor.core.publisher.Mono;

/**
 * How far one attempt of a request has come. A timeout counts from the beginning of the present stage, and its failure
 * names the stage. An attempt never returns to an earlier stage. Thread-safe.
 *
 * <ol>
 *   <li>The values of headers and parameters are computed, by code of the application.
 *   <li>The filters of the {@link org.springframework.web.reactive.function.client.WebClient} run, which are code of the
 *       application, too.
 *   <li>The request waits for a connection.
 *   <li>The request is sent and waits for its answer, which the filters pass on.
 * </ol>
 */
public final class AttemptProgress {

    private final Timing timing;
    private final long begunNanos;
    private volatile Wait wait;

    private enum Stage {
        VALUES,
        FILTERS,
        CONNECTION,
        ANSWER,
        ANSWERED
    }

    private record Wait(Stage stage, String value, long sinceNanos) {}

    /**
     * The times that an attempt may take.
     *
     * @param stage the longest duration of a stage
     * @param moreForConnection the time that the wait for a connection may take longer
     * @param whole the longest duration of all stages together
     */
    record Limits(Duration stage, Duration moreForConnection, Duration whole) {

        /** For attempts whose stages alone are limited. */
        static final Duration UNLIMITED = Duration.ofNanos(Long.MAX_VALUE);
    }

    public AttemptProgress(Timing timing) {
        this.timing = timing;
        this.begunNanos = timing.nanos();
        this.wait = new Wait(Stage.VALUES, "a value", begunNanos);
    }

    /** The next value is computed. The time for it begins. */
    void computing(String value) {
        advance(Stage.VALUES, value);
    }

    /** All values are known. */
    void valuesKnown() {
        advance(Stage.FILTERS, "");
    }

    /** The filters have passed the request on. */
    void passedOn() {
        advance(Stage.CONNECTION, "");
    }

    /** The request may be sent from now on. */
    public void sent() {
        advance(Stage.ANSWER, "");
    }

    /** The answer has arrived, and the filters may pass it on. The time for the answer continues. */
    synchronized void answered() {
        wait = new Wait(Stage.ANSWERED, "", wait.sinceNanos());
    }

    private synchronized void advance(Stage stage, String value) {
        boolean isNew = stage == wait.stage() && !value.equals(wait.value());
        if (isNew || stage.compareTo(wait.stage()) > 0) {
            wait = new Wait(stage, value, timing.nanos());
        }
    }

    /** Returns the time since which the attempt is in its present stage, see {@link Timing#nanos()}. */
    public long sinceNanos() {
        return wait.sinceNanos();
    }

    /** Returns whether the attempt waits for a connection. The pool limits this time by itself. */
    public boolean waitsForConnection() {
        return wait.stage() == Stage.CONNECTION;
    }

    /**
     * Completes when a stage, or the whole attempt, has taken too long.
     *
     * @param limits the longest durations
     */
    Mono<Void> expiry(Limits limits) {
        return Mono.defer(() -> sleep(limits)).repeat(() -> left(limits) > 0).then();
    }

    /** Sleeps no longer than a stage may take, because the wait for a connection may end meanwhile. */
    private Mono<Long> sleep(Limits limits) {
        long nanos = Math.max(0, Math.min(left(limits), limits.stage().toNanos()));
        return Mono.delay(Duration.ofNanos(nanos), timing.scheduler());
    }

    private long left(Limits limits) {
        Wait present = wait;
        long now = timing.nanos();
        Duration longest =
                present.stage() == Stage.CONNECTION ? limits.stage().plus(limits.moreForConnection()) : limits.stage();
        long leftOfStage = longest.toNanos() - (now - present.sinceNanos());
        return Math.min(leftOfStage, limits.whole().toNanos() - (now - begunNanos));
    }

    /**
     * Returns the failure of an attempt whose present stage has taken too long.
     *
     * @param silence the description of the time
     */
    public Exception timeout(String silence) {
        Wait present = wait;
        return switch (present.stage()) {
            case VALUES -> new RequestValues.UnavailableValueException(present.value(), new TimeoutException(silence));
            case FILTERS ->
                new TimeoutException(silence + "; the filters of the WebClient have not passed the request on");
            case CONNECTION -> new TransportException(new TimeoutException("no connection: " + silence), false);
            case ANSWER -> new TimeoutException(silence);
            case ANSWERED ->
                new TimeoutException(silence + "; the filters of the WebClient have not passed the answer on");
        };
    }
}
