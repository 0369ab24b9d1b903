package io.durablestreams.protocol.producer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.LaneStep.Attempt;
import io.durablestreams.protocol.producer.LaneStep.FailureReason;
import io.durablestreams.protocol.producer.SimulatedServer.Reply;
import io.durablestreams.protocol.simulation.SimulatedLog;
import io.durablestreams.protocol.simulation.SimulatedLog.Stored;

/**
 * What a {@link ProducerLane} promises, checked at every step of a {@link LaneSimulation}. That a batch is stored once
 * and in order within an epoch is checked by the {@link SimulatedLog}.
 */
final class LaneChecks {

    private final SimulationPlan plan;
    private final SimulatedLog log;
    private final ProducerLane<Chunk, String> lane;

    private final List<Outcomes> messages = new ArrayList<>();
    private final Set<Enum<?>> seen = new HashSet<>();
    private final Set<Long> confirmedEpochs = new HashSet<>();
    private int firstUnsettled;
    private int inFlight;
    private int open;
    private long requests;
    private int failures;
    private int splits;
    private int restarts;
    private boolean givenUp;
    private long faults;
    private int signsOfAFight;
    private long highestConfirmed = -1;
    private boolean stopped;
    private boolean abandoned;

    /** Whether the lane has taken the append of another incarnation, under an epoch that they share, for its own. */
    private boolean confused;

    /** What has become of a message. */
    private static final class Outcomes {

        private final long deadlineNanos;
        private boolean inFlight;
        private boolean sent;
        private LaneStep.Acknowledge<Chunk, String> acknowledged;
        private LaneStep.Fail<Chunk, String> failed;

        Outcomes(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }

        boolean isSettled() {
            return acknowledged != null || failed != null;
        }
    }

    LaneChecks(SimulationPlan plan, SimulatedLog log, ProducerLane<Chunk, String> lane) {
        this.plan = plan;
        this.log = log;
        this.lane = lane;
        if (plan.policy().seq() > 0) {
            confirmed(plan.policy().epoch());
        }
    }

    private boolean claimsWhen(FailureReason reason) {
        return plan.policy().mayClaimWhen(reason);
    }

    private boolean everClaims() {
        return claimsWhen(FailureReason.FENCED) || claimsWhen(FailureReason.STATE_LOST);
    }

    /** How many messages were offered. */
    int messages() {
        return messages.size();
    }

    /** The outcomes that there were. */
    Set<Enum<?>> seen() {
        return seen;
    }

    // What happens.

    void offered(Chunk batch, long accepted) {
        long deadline = accepted + plan.policy().deliveryTimeout().toNanos();
        long earlier = messages.isEmpty() ? deadline : messages.get(messages.size() - 1).deadlineNanos;
        batch.messages().forEach(message -> messages.add(new Outcomes(earlier - deadline > 0 ? earlier : deadline)));
        open++;
    }

    void restarted() {
        restarts++;
    }

    void fault() {
        faults++;
    }

    void answered(Attempt<Chunk> attempt, Reply reply) {
        seen.add(reply.kind());
        switch (reply.kind()) {
            case BUSY, TOO_LARGE -> faults++;
            case REJECTED, FENCED -> {
                faults++;
                signsOfAFight++;
            }
            case GAP -> signsOfAFight += log.hasLostState() ? 1 : 0;
            case DUPLICATE -> {
                faults++;
                signsOfAFight++;
                confused |= sharesEpoch(attempt);
                if (!claimsWhen(FailureReason.FENCED)) {
                    confirmed(attempt.epoch());
                }
            }
            default -> {}
        }
    }

    private void confirmed(long epoch) {
        confirmedEpochs.add(epoch);
        highestConfirmed = Math.max(highestConfirmed, epoch);
    }

    /** If fences are not claimed, the first append of another incarnation in the same epoch looks like one's own. */
    private boolean sharesEpoch(Attempt<Chunk> attempt) {
        return !claimsWhen(FailureReason.FENCED)
                && attempt.seq() == 0
                && log.holds(
                        SimulatedLog.OTHERS, new ProducerSequence(SimulatedServer.PRODUCER_ID, attempt.epoch(), 0));
    }

    /** The server has stored an attempt. */
    void appended(Attempt<Chunk> attempt) {
        boolean beatsOthers = log.epochOfOthers() >= plan.policy().epoch() && attempt.epoch() > log.epochOfOthers();
        require(
                claimsWhen(FailureReason.FENCED) || !beatsOthers || log.hasLostState() || confused,
                "without a claim, batch " + attempt.batch() + " is stored in epoch " + attempt.epoch()
                        + " although another incarnation has written in epoch " + log.epochOfOthers());
    }

    void step(LaneStep<Chunk, String> step, long now) {
        if (step instanceof LaneStep.Send<Chunk, String> send) {
            sent(send.attempt());
        } else if (step instanceof LaneStep.Acknowledge<Chunk, String> acknowledge) {
            acknowledged(acknowledge);
        } else if (step instanceof LaneStep.Fail<Chunk, String> fail) {
            failed(fail);
        } else if (step instanceof LaneStep.Split<Chunk, String> split) {
            split(split);
        } else if (step instanceof LaneStep.WakeAt<Chunk, String> wake) {
            require(wake.nanos() - now > 0, "a wake-up is not in the future: the lane spins");
        }
    }

    private void sent(Attempt<Chunk> attempt) {
        for (Outcomes message : unsettled(attempt.batch())) {
            require(!message.inFlight, "batch " + attempt.batch() + " is sent while it is in flight");
            message.inFlight = true;
            message.sent = true;
        }
        inFlight++;
        requests++;
        boolean confirmed = confirmedEpochs.contains(attempt.epoch());
        require(inFlight <= (confirmed ? plan.policy().maxInFlight() : 1), inFlight + " batches are in flight");
        require(
                claimsWhen(FailureReason.FENCED)
                        || attempt.epoch() <= Math.max(plan.policy().epoch(), highestConfirmed + 1),
                "without a claim, the epoch is raised to " + attempt.epoch() + " behind " + highestConfirmed);
        require(
                requests <= (plan.policy().maxInFlight() + 1) * (messages.size() + faults),
                requests + " requests for " + messages.size() + " messages and " + faults + " faults");
    }

    private void acknowledged(LaneStep.Acknowledge<Chunk, String> step) {
        Attempt<Chunk> attempt = step.attempt();
        unsettled(attempt.batch()).forEach(message -> message.acknowledged = step);
        seen.add(step.outcome());
        open--;
        require(
                step.outcome() != Outcome.POSSIBLY_REPEATED || everClaims() || givenUp || splits > 0,
                "batch " + attempt.batch() + " is repeated without a reason");
        confirmed(attempt.epoch());
        signsOfAFight = 0;
        require(
                attempt.batch().messages().allMatch(log::holds) || confused,
                "batch " + attempt.batch() + " is acknowledged and not stored");
    }

    private void failed(LaneStep.Fail<Chunk, String> step) {
        List<Outcomes> batch = unsettled(step.batch());
        batch.forEach(message -> message.failed = step);
        seen.add(step.reason());
        failures++;
        givenUp |= step.possiblyStored();
        open--;
        require(batch.get(0).sent || !step.possiblyStored(), "batch " + step.batch() + " was never sent");
        switch (step.reason()) {
            case REJECTED -> {}
            case TIMED_OUT -> require(!stopped, "batch " + step.batch() + " has waited although the lane has stopped");
            case FENCED -> requireStop(mayBeFenced(), step);
            case STATE_LOST -> requireStop(log.hasLostState(), step);
            case STREAM_CLOSED -> requireStop(log.closure() != null, step);
            case ABANDONED -> requireStop(abandoned, step);
        }
    }

    private void split(LaneStep.Split<Chunk, String> step) {
        splits++;
        open += step.parts().size() - 1;
        unsettled(step.batch()).forEach(message -> require(!message.inFlight, step + " is in flight"));
        require(
                step.parts().stream()
                        .flatMapToInt(Chunk::messages)
                        .boxed()
                        .toList()
                        .equals(step.batch().messages().boxed().toList()),
                step + " leaves something out");
    }

    private void requireStop(boolean hasReason, LaneStep.Fail<Chunk, String> step) {
        stopped = true;
        require(hasReason, "the lane stops without a reason: " + step);
    }

    private boolean mayBeFenced() {
        if (plan.network().anyCopies()) {
            return true; // They look like somebody else's.
        }
        boolean others = log.epochOfOthers() >= 0 || log.hasLostState();
        if (claimsWhen(FailureReason.FENCED)) {
            // A fence of a batch that a later one vouches for is a sign, too, but comes with an acknowledgement.
            return others && signsOfAFight >= LanePolicy.MAX_CLAIMS;
        }
        return others
                || plan.policy().seq() == 0
                        && plan.prior() != null
                        && plan.prior().epoch() >= plan.policy().epoch();
    }

    /** The lane is given up: everything fails now, whether it is in flight or not, and all that is offered later. */
    void abandoned() {
        abandoned = true;
        messages.forEach(message -> message.inFlight = false);
        inFlight = 0;
    }

    private List<Outcomes> unsettled(Chunk batch) {
        List<Outcomes> outcomes = outcomes(batch);
        outcomes.forEach(message -> require(!message.isSettled(), batch + " is settled already"));
        return outcomes;
    }

    private List<Outcomes> outcomes(Chunk batch) {
        return messages.subList(batch.first(), batch.first() + batch.count());
    }

    /** An attempt is answered, or given up. */
    void ended(Chunk batch) {
        outcomes(batch).forEach(message -> message.inFlight = false);
        inFlight--;
    }

    // What must hold now.

    void mayBeHeldBack(Chunk batch, boolean allowed) {
        Outcomes outcomes = messages.get(batch.first());
        require(
                allowed || outcomes.inFlight || outcomes.isSettled(),
                "batch " + batch + " is held back although there was room");
    }

    void afterCall(boolean wakes) {
        require(
                inFlight == lane.inFlight(),
                "the lane counts " + lane.inFlight() + " in flight instead of " + inFlight);
        require(wakes || open == inFlight, "something waits, but not for a time");
        require(lane.isIdle() == (open == 0), "the lane is idle, or not, with " + open + " batches outstanding");
        require(!abandoned || open == 0, open + " batches are outstanding although the lane is abandoned");
    }

    /** Every batch is settled at its deadline. */
    void after(long clock) {
        while (firstUnsettled < messages.size() && messages.get(firstUnsettled).isSettled()) {
            firstUnsettled++;
        }
        require(
                firstUnsettled == messages.size() || messages.get(firstUnsettled).deadlineNanos - clock >= 0,
                "message " + firstUnsettled + " is over its deadline");
    }

    void everythingIsSettled() {
        for (int i = firstUnsettled; i < messages.size(); i++) {
            require(messages.get(i).isSettled(), "message " + i + " is not settled long after the trouble is over");
        }
        // A server that fell back to an older epoch refuses some batches before a lane that may claim sees through it.
        boolean refuses = log.hasLostState() && !claimsWhen(FailureReason.STATE_LOST);
        int late = log.hasLostState() ? 1 : LaneSimulation.LATE_BATCHES;
        for (int i = messages.size() - late; i < messages.size(); i++) {
            require(
                    messages.get(i).acknowledged != null || stopped || refuses,
                    "message " + i + " fails although the trouble is over: " + messages.get(i).failed);
        }
        require(
                failures + splits + restarts > 0
                        || everClaims()
                        || lane.epoch() == plan.policy().epoch(),
                "the epoch is raised without a reason");
    }

    // What must hold when no request is under way any more.

    void atTheEnd() {
        Map<Integer, Integer> copies = new HashMap<>();
        int last = -1;
        for (Stored stored : log.messages()) {
            int message = stored.message();
            if (message != SimulatedLog.OTHERS
                    && copies.merge(message, 1, Integer::sum) == 1
                    && messages.get(message).acknowledged != null) {
                require(message > last || confused, "message " + message + " comes behind message " + last);
                last = message;
            }
        }
        for (int message = 0; message < messages.size() && !plan.network().anyCopies(); message++) {
            checkCopies(message, copies.getOrDefault(message, 0));
        }
    }

    private void checkCopies(int message, int copies) {
        Outcomes outcomes = messages.get(message);
        if (outcomes.acknowledged != null) {
            boolean flagged = outcomes.acknowledged.outcome() == Outcome.POSSIBLY_REPEATED;
            require(
                    copies <= 1 || flagged || log.hasLostState(),
                    "message " + message + " is stored " + copies + " times, and acknowledged as "
                            + outcomes.acknowledged.outcome());
        } else {
            require(
                    copies == 0 || outcomes.failed.possiblyStored(),
                    "message " + message + " is stored, but failed as " + outcomes.failed);
        }
        boolean rejected = outcomes.failed != null && outcomes.failed.reason() == FailureReason.REJECTED;
        require(
                !rejected || plan.server().bad() > 0 || plan.server().denied() > 0 || log.hasLostState(),
                "message " + message + " is rejected although it is good");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
