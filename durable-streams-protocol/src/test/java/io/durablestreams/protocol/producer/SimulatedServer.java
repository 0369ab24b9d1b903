package io.durablestreams.protocol.producer;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.simulation.SimulatedLog;

/** Answers the attempts of a lane from a {@link SimulatedLog}. */
final class SimulatedServer {

    static final String PRODUCER_ID = "producer";

    private final SimulatedLog log;

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

    SimulatedServer(SimulatedLog log) {
        this.log = log;
    }

    /**
     * Decides about an append.
     *
     * @param refusal how an append is answered that would be stored otherwise, or null
     */
    Reply append(Chunk chunk, Reply.@Nullable Kind refusal, long epoch, long seq) {
        ProducerSequence sequence = new ProducerSequence(PRODUCER_ID, epoch, seq);
        ProducerVerdict verdict = log.decide(sequence);
        if (verdict instanceof ProducerVerdict.Accepted accepted) {
            if (refusal != null) {
                return new Reply(refusal, 0);
            }
            log.append(chunk.messages().boxed().toList(), sequence, accepted.newState());
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
}
