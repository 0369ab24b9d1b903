package io.durablestreams.protocol.producer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.producer.LaneStep.Attempt;
import io.durablestreams.protocol.producer.SimulatedServer.Reply;
import io.durablestreams.protocol.simulation.SimulatedLog;
import io.durablestreams.protocol.simulation.SimulationRun;

/**
 * A lane, a clock, a network and a server, with everything going wrong that a {@link SimulationPlan} asks for, and every
 * step checked by a {@link LaneChecks}. The same seed gives the same run.
 */
final class LaneSimulation implements SimulationRun {

    /** Batches that are offered when all trouble is over. */
    static final int LATE_BATCHES = 5;

    private static final long MOST_EVENTS = 100_000;
    private static final int MOST_MESSAGES = 6;
    private static final long NO_TIMER = Long.MAX_VALUE;
    private static final Duration CALM = Duration.ofSeconds(20);

    private final SplittableRandom random;
    private final SimulationPlan plan;
    private final SimulatedLog log;
    private final SimulatedServer server;
    private final ProducerLane<Chunk, String> lane;
    private final LaneChecks checks;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Set<Integer> badMessages = new HashSet<>();
    private final @Nullable List<String> trace;

    private long now;
    private long eventsMade;
    private long laneEvents;
    private long timerNanos = NO_TIMER;
    private boolean trouble = true;
    private boolean abandoned;

    /** Something that happens at a time. */
    private record Event(long nanos, long order, Runnable action) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(nanos, other.nanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    /** An attempt, and what its sender still waits for. */
    private static final class Request {

        private final Attempt<Chunk> attempt;
        private boolean open = true;

        Request(Attempt<Chunk> attempt) {
            this.attempt = attempt;
        }
    }

    LaneSimulation(long seed, boolean traced) {
        this.random = new SplittableRandom(seed);
        this.plan = SimulationPlan.draw(random);
        this.log = new SimulatedLog(random.split(), SimulatedServer.PRODUCER_ID, plan.prior());
        this.server = new SimulatedServer(log);
        this.lane = new ProducerLane<>(plan.policy());
        this.checks = new LaneChecks(plan, log, lane);
        this.trace = traced ? new ArrayList<>() : null;
    }

    @Override
    public SimulationPlan plan() {
        return plan;
    }

    @Override
    public Set<?> seen() {
        return checks.seen();
    }

    @Override
    public List<String> trace() {
        return trace == null ? List.of() : trace;
    }

    /** How often the lane was called. */
    @Override
    public long steps() {
        return laneEvents;
    }

    @Override
    public void run() {
        long end = scheduleTrouble();
        at(end, () -> trouble = false);
        long calm = end + CALM.toNanos();
        for (int i = 0; i < LATE_BATCHES; i++) {
            at(calm + i * CALM.toNanos(), () -> offer(1, false));
        }
        at(calm + LATE_BATCHES * CALM.toNanos(), checks::everythingIsSettled);
        for (Event event = events.poll(); event != null; event = events.poll()) {
            now = event.nanos();
            event.action().run();
            checks.after(clock());
        }
        checks.atTheEnd();
    }

    private long scheduleTrouble() {
        long time = 0;
        for (int i = 0; i < plan.batches(); i++) {
            int count = plan.server().tooLarge() > 0 ? 1 + random.nextInt(MOST_MESSAGES) : 1;
            boolean bad = random.nextDouble() < plan.server().bad();
            at(time, () -> offer(count, bad));
            time += random.nextInt(3) == 0 ? 0 : around(plan.pace());
        }
        long end = time + around(plan.requestTimeout());
        for (int i = 0; i < plan.server().takeOvers(); i++) {
            at(random.nextLong(end), () -> happen("another incarnation takes over", log::takeOver));
        }
        for (int i = 0; i < plan.server().stateLosses(); i++) {
            at(random.nextLong(end), () -> happen("the server loses the producer", log::loseState));
        }
        for (int i = 0; i < plan.restarts(); i++) {
            at(random.nextLong(end), this::restart);
        }
        if (plan.server().closes()) {
            at(random.nextLong(end), () -> happen("the stream is closed", () -> log.close(StreamClosure.PLAIN)));
        }
        if (plan.abandons()) {
            at(random.nextLong(end), this::abandon);
        }
        return end;
    }

    private void happen(String what, Runnable action) {
        trace(() -> what);
        checks.fault();
        action.run();
    }

    // The driver.

    private void restart() {
        if (lane.isIdle()) {
            trace(() -> "restart");
            checks.restarted();
            lane.restart(null);
        }
    }

    private void abandon() {
        trace(() -> "abandon");
        abandoned = true;
        checks.abandoned();
        carryOut(lane.abandon("abandoned"));
    }

    private void offer(int count, boolean bad) {
        Chunk batch = new Chunk(checks.messages(), count);
        if (bad) {
            badMessages.add(batch.first() + random.nextInt(count));
        }
        trace(() -> "offer " + batch + (bad ? " (bad)" : ""));
        long accepted = clock() - around(plan.latency());
        boolean room = lane.hasWindow();
        checks.offered(batch, accepted);
        carryOut(lane.offer(batch, accepted, clock()));
        checks.mayBeHeldBack(batch, !room);
    }

    private void carryOut(List<LaneStep<Chunk, String>> steps) {
        if (++laneEvents > MOST_EVENTS) {
            throw new AssertionError("the lane keeps busy with " + plan.batches() + " batches without an end");
        }
        boolean wakes = false;
        for (LaneStep<Chunk, String> step : steps) {
            trace(() -> "    " + step);
            checks.step(step, clock());
            if (step instanceof LaneStep.Send<Chunk, String> send) {
                send(new Request(send.attempt()));
            } else if (step instanceof LaneStep.WakeAt<Chunk, String> wake) {
                wakes = true;
                wakeIn(wake.nanos() - clock());
            }
        }
        checks.afterCall(wakes);
    }

    private void wakeIn(long nanos) {
        long time = now + nanos;
        if (time < timerNanos) {
            timerNanos = time;
            at(time, () -> {
                if (timerNanos == time) {
                    timerNanos = NO_TIMER;
                    trace(() -> "wake");
                    carryOut(lane.wake(clock()));
                }
            });
        }
    }

    private void send(Request request) {
        long left = Math.max(1, request.attempt.deadlineNanos() - clock());
        long timeout = now + Math.min(left, plan.requestTimeout().toNanos());
        at(timeout, () -> fail(request, "timeout", false));
        SimulationPlan.Network network = plan.network();
        if (happens(network.refused())) {
            in(plan.latency(), () -> fail(request, "refused", true));
            return;
        }
        if (happens(network.requestLost())) {
            breakOff(request);
        } else if (happens(network.delayed())) {
            at(now + longDelay(), () -> arrive(request));
        } else {
            in(plan.latency(), () -> arrive(request));
        }
    }

    private void arrive(Request request) {
        Reply reply = happens(plan.server().busyBefore()) ? new Reply(Reply.Kind.BUSY, 1) : process(request.attempt);
        boolean copied = reply.kind() == Reply.Kind.STORED || plan.network().anyCopies();
        if (copied && happens(plan.network().copied())) {
            at(now + longDelay(), () -> process(request.attempt));
        }
        if (happens(plan.server().busyAfter())) {
            reply = new Reply(Reply.Kind.BUSY, 0);
        }
        if (happens(plan.network().answerLost())) {
            breakOff(request);
        } else {
            Reply answer = reply;
            in(plan.latency(), () -> answer(request, answer));
        }
    }

    private Reply process(Attempt<Chunk> attempt) {
        Reply.Kind refusal = refusal(attempt.batch());
        // Size limits and access rules are often looked at before anything else.
        boolean early = refusal != null && random.nextBoolean();
        Reply reply =
                early ? new Reply(refusal, 0) : server.append(attempt.batch(), refusal, attempt.epoch(), attempt.seq());
        trace(() -> "server: " + attempt.batch() + " as " + attempt.epoch() + "/" + attempt.seq() + ": " + reply.kind()
                + " " + reply.number());
        if (reply.kind() == Reply.Kind.STORED) {
            checks.appended(attempt);
        }
        return reply;
    }

    private Reply.@Nullable Kind refusal(Chunk batch) {
        if (batch.count() > 1 && happens(plan.server().tooLarge())) {
            return Reply.Kind.TOO_LARGE;
        }
        boolean bad = batch.messages().anyMatch(badMessages::contains);
        return bad || happens(plan.server().denied()) ? Reply.Kind.REJECTED : null;
    }

    /** The connection breaks, which the client learns at once or not before its timeout. */
    private void breakOff(Request request) {
        if (random.nextBoolean()) {
            in(plan.latency(), () -> fail(request, "broken off", false));
        }
    }

    private void fail(Request request, String cause, boolean nothingStored) {
        if (close(request)) {
            trace(() -> request.attempt.batch() + ": " + cause);
            checks.fault();
            checks.ended(request.attempt.batch());
            carryOut(lane.unknown(
                    request.attempt, cause, nothingStored, new RetryHint(null, random.nextDouble()), clock()));
        }
    }

    private void answer(Request request, Reply reply) {
        if (!close(request)) {
            return;
        }
        Attempt<Chunk> attempt = request.attempt;
        trace(() -> attempt.batch() + ": " + reply.kind() + " " + reply.number());
        checks.answered(attempt, reply);
        checks.ended(attempt.batch());
        carryOut(
                switch (reply.kind()) {
                    case STORED -> lane.stored(attempt, clock());
                    case DUPLICATE -> lane.duplicate(attempt, reply.number(), () -> "taken", clock());
                    case GAP -> lane.gap(attempt, reply.number(), "gap", clock());
                    case FENCED -> lane.fenced(attempt, reply.number(), "fenced", clock());
                    case CLOSED -> lane.streamClosed(attempt, "closed", clock());
                    case REJECTED -> lane.rejected(attempt, "rejected", clock());
                    case TOO_LARGE -> lane.tooLarge(attempt, attempt.batch().halves(), "too large", clock());
                    case BUSY -> lane.unknown(attempt, "busy", false, busyRetry(), clock());
                });
    }

    private RetryHint busyRetry() {
        Duration after = random.nextInt(3) == 0 ? Duration.ofMillis(random.nextInt(1000)) : null;
        return new RetryHint(after, random.nextDouble());
    }

    private boolean close(Request request) {
        boolean open = request.open && !abandoned;
        request.open = false;
        return open;
    }

    // Time and chance.

    private long clock() {
        return plan.clock() + now;
    }

    private boolean happens(double chance) {
        return trouble && chance > 0 && random.nextDouble() < chance;
    }

    private long around(Duration mean) {
        return random.nextLong(1, 2 * mean.toNanos());
    }

    /** Often so long that the client has given up. */
    private long longDelay() {
        return random.nextLong(1 + (20 * plan.requestTimeout().toNanos() >> random.nextInt(8)));
    }

    private void in(Duration mean, Runnable action) {
        at(now + (trouble ? around(mean) : around(mean) / 8), action);
    }

    private void at(long nanos, Runnable action) {
        events.add(new Event(nanos, eventsMade++, action));
    }

    private void trace(Supplier<String> line) {
        if (trace != null) {
            trace.add(String.format("%12.3f ms  %s", now / 1e6, line.get()));
        }
    }
}
