package io.durablestreams.protocol.producer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.producer.LaneStep.Attempt;
import io.durablestreams.protocol.producer.LaneStep.FailureReason;
import io.durablestreams.protocol.producer.SimulatedServer.Reply;
import io.durablestreams.protocol.producer.SimulatedServer.Stored;

/**
 * What a {@link ProducerLane} promises, checked at every step of a {@link LaneSimulation}. That a batch is stored once
 * and in order within an epoch is checked by the {@link SimulatedServer}.
 */
final class LaneChecks {

    private final SimulationPlan plan;
    private final SimulatedServer server;
    private final ProducerLane<Integer, String> lane;

    private final List<Outcomes> batches = new ArrayList<>();
    private final Set<Enum<?>> seen = new HashSet<>();
    private final Set<Long> confirmedEpochs = new HashSet<>();
    private int firstUnsettled;
    private int inFlight;
    private int open;
    private long requests;
    private int failures;
    private boolean givenUp;
    private long faults;
    private int signsOfAFight;
    private long highestConfirmed = -1;
    private boolean stopped;

    /** Whether the lane has taken the append of another incarnation, under an epoch that they share, for its own. */
    private boolean confused;

    /** What has become of a batch. */
    private static final class Outcomes {

        private final long deadlineNanos;
        private boolean inFlight;
        private boolean sent;
        private LaneStep.Acknowledge<Integer, String> acknowledged;
        private LaneStep.Fail<Integer, String> failed;

        Outcomes(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }

        boolean isSettled() {
            return acknowledged != null || failed != null;
        }
    }

    LaneChecks(SimulationPlan plan, SimulatedServer server, ProducerLane<Integer, String> lane) {
        this.plan = plan;
        this.server = server;
        this.lane = lane;
    }

    /** The outcomes that there were. */
    Set<Enum<?>> seen() {
        return seen;
    }

    // What happens.

    void offered(int batch, long accepted) {
        require(batch == batches.size(), "the simulation offers batch " + batch + " out of order");
        long deadline = accepted + plan.policy().deliveryTimeout().toNanos();
        long earlier = batch == 0 ? deadline : batches.get(batch - 1).deadlineNanos;
        batches.add(new Outcomes(earlier - deadline > 0 ? earlier : deadline));
        open++;
    }

    void fault() {
        faults++;
    }

    void answered(Attempt<Integer> attempt, Reply reply) {
        switch (reply.kind()) {
            case BUSY -> faults++;
            case REJECTED, FENCED -> {
                faults++;
                signsOfAFight++;
            }
            case GAP -> signsOfAFight += server.hasLostState() ? 1 : 0;
            case DUPLICATE -> {
                faults++;
                signsOfAFight++;
                confused |= sharesEpoch(attempt);
                if (!plan.policy().autoClaim()) {
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

    /** Without auto-claim, the first append of another incarnation in the same epoch looks like one's own. */
    private boolean sharesEpoch(Attempt<Integer> attempt) {
        return !plan.policy().autoClaim()
                && attempt.seq() == 0
                && server.log().contains(new Stored(SimulatedServer.OTHERS, attempt.epoch(), 0));
    }

    /** The server has stored an attempt. */
    void appended(Attempt<Integer> attempt) {
        boolean beatsOthers =
                server.epochOfOthers() >= plan.policy().epoch() && attempt.epoch() > server.epochOfOthers();
        require(
                plan.policy().autoClaim() || !beatsOthers || server.hasLostState() || confused,
                "without auto-claim, batch " + attempt.batch() + " is stored in epoch " + attempt.epoch()
                        + " although another incarnation has written in epoch " + server.epochOfOthers());
    }

    void step(LaneStep<Integer, String> step, long now) {
        if (step instanceof LaneStep.Send<Integer, String> send) {
            sent(send.attempt());
        } else if (step instanceof LaneStep.Acknowledge<Integer, String> acknowledge) {
            acknowledged(acknowledge);
        } else if (step instanceof LaneStep.Fail<Integer, String> fail) {
            failed(fail);
        } else if (step instanceof LaneStep.WakeAt<Integer, String> wake) {
            require(wake.nanos() - now > 0, "a wake-up is not in the future: the lane spins");
        }
    }

    private void sent(Attempt<Integer> attempt) {
        Outcomes batch = unsettled(attempt.batch());
        require(!batch.inFlight, "batch " + attempt.batch() + " is sent while it is in flight");
        batch.inFlight = true;
        batch.sent = true;
        inFlight++;
        requests++;
        boolean confirmed = confirmedEpochs.contains(attempt.epoch());
        require(inFlight <= (confirmed ? plan.policy().maxInFlight() : 1), inFlight + " batches are in flight");
        require(
                plan.policy().autoClaim()
                        || attempt.epoch() <= Math.max(plan.policy().epoch(), highestConfirmed + 1),
                "without auto-claim, the epoch is raised to " + attempt.epoch() + " behind " + highestConfirmed);
        require(
                requests <= (plan.policy().maxInFlight() + 1) * (batches.size() + faults),
                requests + " requests for " + batches.size() + " batches and " + faults + " faults");
    }

    private void acknowledged(LaneStep.Acknowledge<Integer, String> step) {
        Attempt<Integer> attempt = step.attempt();
        unsettled(attempt.batch()).acknowledged = step;
        seen.add(step.outcome());
        open--;
        require(
                step.outcome() != Outcome.POSSIBLY_REPEATED || plan.policy().autoClaim() || givenUp,
                "batch " + attempt.batch() + " is repeated without a reason");
        confirmed(attempt.epoch());
        signsOfAFight = 0;
        require(
                server.holds(attempt.batch()) || confused,
                "batch " + attempt.batch() + " is acknowledged and not stored");
    }

    private void failed(LaneStep.Fail<Integer, String> step) {
        Outcomes batch = unsettled(step.batch());
        batch.failed = step;
        seen.add(step.reason());
        failures++;
        givenUp |= step.possiblyStored();
        open--;
        require(batch.sent || !step.possiblyStored(), "batch " + step.batch() + " was never sent");
        switch (step.reason()) {
            case REJECTED -> {}
            case TIMED_OUT -> require(!stopped, "batch " + step.batch() + " has waited although the lane has stopped");
            case FENCED -> requireStop(mayBeFenced(), step);
            case STATE_LOST -> requireStop(server.hasLostState(), step);
            case STREAM_CLOSED -> requireStop(server.isClosed(), step);
        }
    }

    private void requireStop(boolean hasReason, LaneStep.Fail<Integer, String> step) {
        stopped = true;
        require(hasReason, "the lane stops without a reason: " + step);
    }

    private boolean mayBeFenced() {
        if (plan.network().anyCopies()) {
            return true; // They look like somebody else's.
        }
        boolean others = server.epochOfOthers() >= 0 || server.hasLostState();
        if (plan.policy().autoClaim()) {
            // A fence of a batch that a later one vouches for is a sign, too, but comes with an acknowledgement.
            return others && signsOfAFight >= LanePolicy.MAX_CLAIMS;
        }
        return others
                || plan.prior() != null && plan.prior().epoch() >= plan.policy().epoch();
    }

    private Outcomes unsettled(int batch) {
        Outcomes outcomes = batches.get(batch);
        require(!outcomes.isSettled(), "batch " + batch + " is settled already");
        return outcomes;
    }

    /** An attempt is answered, or given up. */
    void ended(int batch) {
        batches.get(batch).inFlight = false;
        inFlight--;
    }

    // What must hold now.

    void mayBeHeldBack(int batch, boolean allowed) {
        Outcomes outcomes = batches.get(batch);
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
    }

    /** Every batch is settled at its deadline. */
    void after(long clock) {
        while (firstUnsettled < batches.size() && batches.get(firstUnsettled).isSettled()) {
            firstUnsettled++;
        }
        require(
                firstUnsettled == batches.size() || batches.get(firstUnsettled).deadlineNanos - clock >= 0,
                "batch " + firstUnsettled + " is over its deadline");
    }

    void everythingIsSettled() {
        for (int i = firstUnsettled; i < batches.size(); i++) {
            require(batches.get(i).isSettled(), "batch " + i + " is not settled long after the trouble is over");
        }
        // A server that fell back to an older epoch refuses some batches before a lane that may claim sees through it.
        boolean refuses = server.hasLostState() && !plan.policy().autoClaim();
        int firstGood = server.hasLostState() ? batches.size() - 1 : plan.batches();
        for (int i = firstGood; i < batches.size(); i++) {
            require(
                    batches.get(i).acknowledged != null || stopped || refuses,
                    "batch " + i + " fails although the trouble is over: " + batches.get(i).failed);
        }
        require(
                failures > 0
                        || plan.policy().autoClaim()
                        || lane.epoch() == plan.policy().epoch(),
                "the epoch is raised without a reason");
    }

    // What must hold when no request is under way any more.

    void atTheEnd() {
        Map<Integer, Integer> copies = new HashMap<>();
        int last = -1;
        for (Stored stored : server.log()) {
            if (stored.batch() != SimulatedServer.OTHERS
                    && copies.merge(stored.batch(), 1, Integer::sum) == 1
                    && batches.get(stored.batch()).acknowledged != null) {
                require(stored.batch() > last || confused, "batch " + stored.batch() + " comes behind batch " + last);
                last = stored.batch();
            }
        }
        for (int batch = 0; batch < batches.size() && !plan.network().anyCopies(); batch++) {
            checkCopies(batch, copies.getOrDefault(batch, 0));
        }
    }

    private void checkCopies(int batch, int copies) {
        Outcomes outcomes = batches.get(batch);
        if (outcomes.acknowledged != null) {
            boolean flagged = outcomes.acknowledged.outcome() == Outcome.POSSIBLY_REPEATED;
            require(
                    copies <= 1 || flagged || server.hasLostState(),
                    "batch " + batch + " is stored " + copies + " times, and acknowledged as "
                            + outcomes.acknowledged.outcome());
        } else {
            require(
                    copies == 0 || outcomes.failed.possiblyStored(),
                    "batch " + batch + " is stored, but failed as " + outcomes.failed);
        }
        boolean rejected = outcomes.failed != null && outcomes.failed.reason() == FailureReason.REJECTED;
        require(
                !rejected || plan.server().bad() > 0 || plan.server().denied() > 0 || server.hasLostState(),
                "batch " + batch + " is rejected although it is good");
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new AssertionError(otherwise);
        }
    }
}
