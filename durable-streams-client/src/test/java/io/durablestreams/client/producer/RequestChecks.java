package io.durablestreams.client.producer;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;

import io.durablestreams.client.exchange.StreamTransport.Request;
import io.durablestreams.client.fixture.SimulatedTime;
import io.durablestreams.protocol.ProducerSequence;

import static io.durablestreams.client.producer.ProducerChecks.require;

/** What an {@link io.durablestreams.client.producer.IdempotentProducer} promises about its requests, checked at each of them. */
final class RequestChecks {

    /** A wait of random length may be short, but not again and again. */
    private static final long SHORT = 100;

    private static final int MOST_SHORT_WAITS = 3;

    private final ProducerPlan plan;
    private final SimulatedTime time;
    private final SimulatedMessages messages;
    private final @Nullable SimulatedEpochStore epochStore;
    private final Set<Object> seen = new HashSet<>();
    private final Map<String, Waits> waits = new HashMap<>();

    private int inFlight;
    private long requests;
    private long faults;
    private int messagesBeforeRestart;
    private long epochBeforeRestart = -1;
    private @Nullable AssertionError broken;

    /** The waits of a batch that has had no definite answer yet. */
    private static final class Waits {

        private long begin;
        private long least;
        private int shortInARow;

        static Waits after(@Nullable Waits earlier, long now, long retryAfter) {
            Waits waits = earlier != null ? earlier : new Waits();
            waits.begin = now;
            waits.least = retryAfter;
            return waits;
        }

        void end(long now) {
            shortInARow = now - begin < SHORT ? shortInARow + 1 : 0;
        }
    }

    RequestChecks(
            ProducerPlan plan,
            SimulatedTime time,
            SimulatedMessages messages,
            @Nullable SimulatedEpochStore epochStore) {
        this.plan = plan;
        this.time = time;
        this.messages = messages;
        this.epochStore = epochStore;
    }

    /** The answers that there were. */
    Set<Object> seen() {
        return seen;
    }

    /** Something else than a request goes wrong. */
    void fault() {
        faults++;
    }

    /** The application asks for something once more, which need not wait for what was asked of the attempts before. */
    void askedAgain() {
        waits.clear();
    }

    /** The producer is restarted, after something was acknowledged under an epoch. */
    void restarted(long acknowledgedEpoch) {
        messagesBeforeRestart = messages.count();
        epochBeforeRestart = acknowledgedEpoch;
    }

    void requested(Request request) {
        try {
            if (request.method() == HttpMethod.POST) {
                check(request);
            }
        } catch (AssertionError failure) {
            broken = failure; // The client takes it for a failure of the network.
        }
    }

    private void check(Request request) {
        int most = plan.settings().delivery().maxInFlight();
        require(++inFlight <= most, inFlight + " batches are in flight");
        require(
                ++requests <= (most + 1) * (messages.count() + 1 + faults),
                requests + " requests for " + messages.count() + " messages and " + faults + " faults");
        ProducerSequence sequence = SimulatedStream.sequence(request);
        require(
                epochStore == null || sequence.epoch() <= epochStore.told(),
                sequence + " is sent under an epoch that is not stored");
        List<Integer> numbers = SimulatedMessage.numbersIn(SimulatedNetwork.text(request));
        boolean later = !numbers.isEmpty() && numbers.get(0) >= messagesBeforeRestart;
        require(
                !later || sequence.epoch() > epochBeforeRestart,
                sequence + " is sent after a restart from epoch " + epochBeforeRestart);
        Waits wait = waits.get(SimulatedNetwork.describe(request));
        if (wait != null) {
            wait.end(time.nanos());
            require(time.nanos() - wait.begin >= wait.least, sequence + " is repeated before the server allows it");
            require(wait.shortInARow < MOST_SHORT_WAITS, sequence + " is repeated at once, again and again");
        }
    }

    /**
     * The client has seen the end of a request.
     *
     * @param status that of the answer, or 0 if there was no usable one
     * @param retryAfter the wait that the answer asks for, in nanoseconds
     */
    void ended(Request request, int status, long retryAfter) {
        seen.add(status);
        if (request.method() == HttpMethod.POST) {
            inFlight--;
            faults += status == 200 || status == 409 ? 0 : 1;
            boolean open = status == 0 || status == 408 || status == 429 || status >= 500;
            waits.compute(
                    SimulatedNetwork.describe(request),
                    (batch, waits) -> open ? Waits.after(waits, time.nanos(), retryAfter) : null);
        }
    }

    void afterStep() {
        if (broken != null) {
            throw broken;
        }
    }

    void atTheEnd(int open) {
        require(open == 0, open + " requests are still under way");
    }
}
