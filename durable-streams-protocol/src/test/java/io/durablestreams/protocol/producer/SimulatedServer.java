package io.durablestreams.protocol.producer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;

/**
 * One stream of a server that follows {@link ProducerVerdict}, as one producer id sees it. The writer under test stores
 * messages by their place in the order of its offers; other incarnations store under {@link #OTHERS}. The server may lose
 * what it knows of the producer, but never what it stored.
 */
final class SimulatedServer {

    static final int OTHERS = -1;

    private static final String ID = "producer";

    private final SplittableRandom random;
    private final List<Stored> log = new ArrayList<>();
    private final Set<Integer> stored = new HashSet<>();
    private final List<ProducerState> history = new ArrayList<>();
    private final Map<Long, Integer> lastOfEpoch = new HashMap<>();

    private @Nullable ProducerState state;
    private @Nullable StreamClosure closure;
    private long highestEpoch;
    private long epochOfOthers = -1;
    private boolean stateLost;

    /** A message in the stream. */
    record Stored(int message, long epoch, long seq) {}

    /** What the server answers, with the number that the answer carries. */
    record Reply(Kind kind, long number) {
        enum Kind {
            STORED,
            DUPLICATE,
            GAP,
            FENCED,
            CLOSED,
            REJECTED,
            TOO_LARGE,
            BUSY
        }
    }

    SimulatedServer(SplittableRandom random, @Nullable ProducerState state) {
        this.random = random;
        this.state = state;
        this.highestEpoch = state == null ? -1 : state.epoch();
    }

    List<Stored> log() {
        return log;
    }

    boolean isClosed() {
        return closure != null;
    }

    boolean hasLostState() {
        return stateLost;
    }

    /** The highest epoch that others have stored something under since the start, or -1. */
    long epochOfOthers() {
        return epochOfOthers;
    }

    boolean holds(int message) {
        return stored.contains(message);
    }

    /**
     * Decides about an append.
     *
     * @param refusal how an append is answered that would be stored otherwise, or null
     */
    Reply append(Chunk chunk, Reply.@Nullable Kind refusal, long epoch, long seq) {
        ProducerVerdict verdict = ProducerVerdict.decide(state, closure, new ProducerSequence(ID, epoch, seq));
        if (verdict instanceof ProducerVerdict.Accepted accepted) {
            if (refusal != null) {
                return new Reply(refusal, 0);
            }
            chunk.messages().forEach(message -> store(message, epoch, seq));
            highestEpoch = Math.max(highestEpoch, epoch);
            history.add(accepted.newState());
            state = accepted.newState();
            return new Reply(Reply.Kind.STORED, 0);
        }
        if (verdict instanceof ProducerVerdict.Duplicate duplicate) {
            return new Reply(Reply.Kind.DUPLICATE, duplicate.state().lastSeq());
        }
        if (verdict instanceof ProducerVerdict.Gap gap) {
            return new Reply(Reply.Kind.GAP, gap.expectedSeq());
        }
        if (verdict instanceof ProducerVerdict.StaleEpoch stale) {
            return new Reply(Reply.Kind.FENCED, stale.currentEpoch());
        }
        boolean closed = verdict instanceof ProducerVerdict.StreamClosed;
        return new Reply(closed ? Reply.Kind.CLOSED : Reply.Kind.REJECTED, 0);
    }

    /** Within an epoch, each message is stored at most once and in the order of the offers. */
    private void store(int message, long epoch, long seq) {
        if (message != OTHERS) {
            Integer before = lastOfEpoch.put(epoch, message);
            if (before != null && before >= message) {
                throw new AssertionError(
                        "message " + message + " is stored as " + epoch + "/" + seq + " behind message " + before);
            }
        }
        stored.add(message);
        log.add(new Stored(message, epoch, seq));
    }

    /** Another incarnation claims an epoch above all that were ever used and writes under it. */
    void takeOver() {
        if (closure != null) {
            return;
        }
        highestEpoch += 1 + random.nextInt(2);
        long epoch = highestEpoch;
        epochOfOthers = Math.max(epochOfOthers, epoch);
        int count = 1 + random.nextInt(3);
        for (int seq = 0; seq < count; seq++) {
            append(new Chunk(OTHERS, 1), null, epoch, seq);
        }
    }

    void close() {
        closure = StreamClosure.PLAIN;
    }

    /** Forgets the producer, or falls back to what it knew once. Nothing can be told about repetitions from then on. */
    void loseState() {
        int left = random.nextInt(3) == 0 ? 0 : random.nextInt(history.size() + 1);
        history.subList(left, history.size()).clear();
        state = left == 0 ? null : history.get(left - 1);
        stateLost = true;
        lastOfEpoch.clear();
    }
}
