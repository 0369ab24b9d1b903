package io.durablestreams.protocol.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.ProducerState;
import io.durablestreams.protocol.producer.ProducerVerdict;
import io.durablestreams.protocol.producer.StreamClosure;

/**
 * One stream of a server that follows {@link ProducerVerdict}, as one producer id sees it. The writer under test stores
 * messages by their number, which is their place in the order of acceptance; other incarnations store under
 * {@link #OTHERS}. The server may lose what it knows of the producer, but never what it stored.
 */
public final class SimulatedLog {

    /** Stands for a message of another incarnation. */
    public static final int OTHERS = -1;

    private final SplittableRandom random;
    private final String producerId;
    private final List<Stored> messages = new ArrayList<>();
    private final Set<Stored> stored = new HashSet<>();
    private final Set<Integer> numbers = new HashSet<>();
    private final List<ProducerState> history = new ArrayList<>();
    private final Map<Long, Integer> lastOfEpoch = new HashMap<>();
    private final Map<ProducerSequence, Integer> ends = new HashMap<>();

    private @Nullable ProducerState state;
    private @Nullable StreamClosure closure;
    private long highestEpoch;
    private long epochOfOthers = -1;
    private boolean stateLost;

    /** A message in the stream. */
    public record Stored(int message, ProducerSequence sequence) {}

    /**
     * Creates an empty stream.
     *
     * @param state what the server knows of the producer at the start, or null
     */
    public SimulatedLog(SplittableRandom random, String producerId, @Nullable ProducerState state) {
        this.random = random;
        this.producerId = producerId;
        this.state = state;
        this.highestEpoch = state == null ? -1 : state.epoch();
    }

    public List<Stored> messages() {
        return messages;
    }

    public boolean holds(int message) {
        return numbers.contains(message);
    }

    public boolean holds(int message, ProducerSequence sequence) {
        return stored.contains(new Stored(message, sequence));
    }

    /** How many messages are in the stream behind an append, or null if it is not stored. */
    public @Nullable Integer endOf(ProducerSequence sequence) {
        return ends.get(sequence);
    }

    /** Why the stream is closed, or null if it is open. */
    public @Nullable StreamClosure closure() {
        return closure;
    }

    public boolean hasLostState() {
        return stateLost;
    }

    /** The highest epoch that others have stored something under since the start, or -1. */
    public long epochOfOthers() {
        return epochOfOthers;
    }

    public ProducerVerdict decide(ProducerSequence sequence) {
        return ProducerVerdict.decide(state, closure, sequence);
    }

    /** Stores an append. Within an epoch, each message is stored at most once and in the order of acceptance. */
    public void append(Iterable<Integer> appended, ProducerSequence sequence, ProducerState newState) {
        appended.forEach(message -> store(message, sequence));
        highestEpoch = Math.max(highestEpoch, sequence.epoch());
        ends.put(sequence, messages.size());
        history.add(newState);
        state = newState;
    }

    private void store(int message, ProducerSequence sequence) {
        Integer before = message == OTHERS ? null : lastOfEpoch.put(sequence.epoch(), message);
        if (before != null && before >= message) {
            throw new AssertionError("message " + message + " is stored as " + sequence + " behind message " + before);
        }
        messages.add(new Stored(message, sequence));
        stored.add(new Stored(message, sequence));
        numbers.add(message);
    }

    /** Another incarnation claims an epoch above all that were ever used and writes under it. */
    public void takeOver() {
        if (closure != null) {
            return;
        }
        epochOfOthers = highestEpoch + 1 + random.nextInt(2);
        int count = 1 + random.nextInt(3);
        for (int seq = 0; seq < count; seq++) {
            append(
                    List.of(OTHERS),
                    new ProducerSequence(producerId, epochOfOthers, seq),
                    new ProducerState(epochOfOthers, seq));
        }
    }

    /** Closes the stream, unless it is closed. */
    public void close(StreamClosure reason) {
        closure = closure == null ? reason : closure;
    }

    /** Forgets the producer, or falls back to what it knew once. Nothing can be told about repetitions from then on. */
    public void loseState() {
        int left = random.nextInt(3) == 0 ? 0 : random.nextInt(history.size() + 1);
        history.subList(left, history.size()).clear();
        state = left == 0 ? null : history.get(left - 1);
        stateLost = true;
        lastOfEpoch.clear();
    }
}
