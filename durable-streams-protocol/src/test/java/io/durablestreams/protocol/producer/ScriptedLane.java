package io.durablestreams.protocol.producer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.producer.LaneStep.Attempt;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A lane with a clock, whose steps read like a script: {@code "send a 0/3"} (epoch and number),
 * {@code "acknowledge a STORED"}, {@code "split ab [a, b]"}, {@code "fail a REJECTED: why"}, with a {@code "?"} where it is possibly stored.
 */
final class ScriptedLane {

    static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(60);

    /** With the random number one half, the waits are 50 ms, 100 ms, 200 ms and so on. */
    static final LanePolicy POLICY =
            new LanePolicy(0, 0, ClaimPolicy.FAIL, ClaimPolicy.FAIL, false, 3, DELIVERY_TIMEOUT, Backoff.DEFAULT);

    static final LanePolicy CLAIMING =
            new LanePolicy(0, 0, ClaimPolicy.CLAIM, ClaimPolicy.CLAIM, false, 3, DELIVERY_TIMEOUT, Backoff.DEFAULT);

    static final LanePolicy CLAIMING_WHEN_FENCED = claiming(ClaimPolicy.CLAIM, ClaimPolicy.FAIL);

    static final LanePolicy CLAIMING_WHEN_STATE_IS_LOST = claiming(ClaimPolicy.FAIL, ClaimPolicy.CLAIM);

    private static LanePolicy claiming(ClaimPolicy onFenced, ClaimPolicy onSequenceGap) {
        return new LanePolicy(0, 0, onFenced, onSequenceGap, false, 3, DELIVERY_TIMEOUT, Backoff.DEFAULT);
    }

    private final ProducerLane<String, String> lane;
    private final Map<String, Attempt<String>> attempts = new HashMap<>();
    private final long start;

    private long now;
    private @Nullable Duration wakeIn;

    ScriptedLane(LanePolicy policy) {
        this(policy, 0);
    }

    ScriptedLane(LanePolicy policy, long start) {
        this.lane = new ProducerLane<>(policy);
        this.start = start;
        this.now = start;
    }

    ProducerLane<String, String> lane() {
        return lane;
    }

    Attempt<String> attempt(String batch) {
        return attempts.get(batch);
    }

    /** How long until the lane wants to be woken, or null. */
    @Nullable
    Duration wakeIn() {
        return wakeIn;
    }

    List<String> offer(String batch) {
        return script(lane.offer(batch, now, now));
    }

    List<String> offerAgain(String batch) {
        return script(lane.offerAgain(batch, attempt(batch), now, now));
    }

    /** Offers batches of which nothing but the first sends are of interest. */
    ScriptedLane with(String... batches) {
        for (String batch : batches) {
            offer(batch);
        }
        return this;
    }

    /** Has the server acknowledge a first batch, so that there may be several in flight. */
    ScriptedLane confirmed() {
        offer("first");
        stored("first");
        return this;
    }

    List<String> stored(String batch) {
        return script(lane.stored(attempt(batch), now));
    }

    List<String> duplicate(String batch, long lastSeq) {
        return script(lane.duplicate(attempt(batch), lastSeq, () -> "taken", now));
    }

    List<String> gap(String batch, long expected) {
        return script(lane.gap(attempt(batch), expected, "gap", now));
    }

    List<String> fenced(String batch, long currentEpoch) {
        return script(lane.fenced(attempt(batch), currentEpoch, "fenced", now));
    }

    List<String> streamClosed(String batch) {
        return script(lane.streamClosed(attempt(batch), "closed", now));
    }

    List<String> rejected(String batch) {
        return script(lane.rejected(attempt(batch), "bad", now));
    }

    /** The batch is too large: each character of its name is a message. */
    List<String> tooLarge(String batch) {
        int middle = (batch.length() + 1) / 2;
        List<String> halves = List.of(batch.substring(0, middle), batch.substring(middle));
        return script(lane.tooLarge(attempt(batch), halves, "large", now));
    }

    /** The request or its answer was lost. */
    List<String> lost(String batch) {
        return unknown(batch, false, null);
    }

    /** There was no connection. */
    List<String> neverSent(String batch) {
        return unknown(batch, true, null);
    }

    List<String> busy(String batch, Duration retryAfter) {
        return unknown(batch, false, retryAfter);
    }

    private List<String> unknown(String batch, boolean nothingStored, @Nullable Duration retryAfter) {
        RetryHint retry = new RetryHint(retryAfter, 0.5);
        return script(lane.unknown(attempt(batch), "lost", nothingStored, retry, now));
    }

    List<String> abandoned() {
        return script(lane.abandon("given up"));
    }

    List<String> after(Duration time) {
        pass(time);
        return script(lane.wake(now));
    }

    void pass(Duration time) {
        now += time.toNanos();
    }

    private List<String> script(List<LaneStep<String, String>> steps) {
        List<String> script = new ArrayList<>();
        wakeIn = null;
        for (LaneStep<String, String> step : steps) {
            assertThat(wakeIn).as("nothing comes behind the wake-up: %s", steps).isNull();
            if (step instanceof LaneStep.Send<String, String> send) {
                Attempt<String> attempt = send.attempt();
                attempts.put(attempt.batch(), attempt);
                script.add("send " + attempt.batch() + " " + attempt.epoch() + "/" + attempt.seq());
            } else if (step instanceof LaneStep.Acknowledge<String, String> acknowledge) {
                script.add("acknowledge " + acknowledge.attempt().batch() + " " + acknowledge.outcome());
            } else if (step instanceof LaneStep.Fail<String, String> fail) {
                script.add("fail " + fail.batch() + " " + fail.reason() + (fail.possiblyStored() ? "?: " : ": ")
                        + fail.cause());
            } else if (step instanceof LaneStep.Split<String, String> split) {
                script.add("split " + split.batch() + " " + split.parts());
            } else if (step instanceof LaneStep.WakeAt<String, String> wake) {
                wakeIn = Duration.ofNanos(wake.nanos() - now);
                assertThat(wakeIn).as("a wake-up is in the future").isPositive();
            }
        }
        return script;
    }

    /** How much time has passed since the start. */
    Duration elapsed() {
        return Duration.ofNanos(now - start);
    }
}
