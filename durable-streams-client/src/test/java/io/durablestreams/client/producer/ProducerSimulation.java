package io.durablestreams.client.producer;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.fixture.LoggedErrors;
import io.durablestreams.client.fixture.SimulatedTime;
import io.durablestreams.protocol.producer.StreamClosure;
import io.durablestreams.protocol.simulation.SimulationRun;

/**
 * A producer, the application that uses it, a network and a server, with everything going wrong that a
 * {@link ProducerPlan} asks for, and every step checked by {@link ProducerChecks}. The same seed gives the same run.
 */
final class ProducerSimulation implements SimulationRun {

    static final String PRODUCER_ID = "producer";

    private static final URI URL = URI.create("http://simulated/stream");
    private static final long MOST_STEPS = 200_000;
    private static final int CALM_MESSAGES = 4;
    private static final Duration CALM = Duration.ofSeconds(30);

    private final ProducerPlan plan;
    private final SplittableRandom random;
    private final SimulatedTime time;
    private final SimulatedMessages messages = new SimulatedMessages();
    private final MetricsLedger metrics = new MetricsLedger();
    private final SimulatedStream stream;
    private final @Nullable SimulatedEpochStore epochStore;
    private final ProducerChecks checks;
    private final RequestChecks requests;
    private final SimulatedNetwork network;
    private final SimulatedApplication application;
    private final @Nullable List<String> trace;

    private long steps;

    ProducerSimulation(long seed, boolean traced) {
        this.random = new SplittableRandom(seed);
        this.plan = ProducerPlan.draw(random);
        this.trace = traced ? new ArrayList<>() : null;
        this.time =
                new SimulatedTime(random.split(), plan.clock(), plan.lateness().toNanos());
        this.stream = new SimulatedStream(plan, random.split(), messages);
        this.epochStore = plan.epochStore() ? new SimulatedEpochStore(plan, time) : null;
        this.checks = new ProducerChecks(plan, time, metrics, messages, stream);
        this.requests = new RequestChecks(plan, time, messages, epochStore);
        this.network = new SimulatedNetwork(plan, time, stream, requests, this::trace);
        this.application = new SimulatedApplication(this, client());
    }

    private DurableStreamClient client() {
        DurableStreamClient.Builder builder = TestClients.over(network, time.timing());
        builder.requestSettings(plan.requests()).producerMetrics(metrics);
        if (epochStore != null) {
            builder.epochStore(epochStore);
        }
        return builder.build();
    }

    DurableStream handle(DurableStreamClient client) {
        DurableStream handle = client.stream(URL);
        return plan.typeKnown() ? handle.withContentType(plan.contentType()) : handle;
    }

    @Override
    public ProducerPlan plan() {
        return plan;
    }

    SimulatedTime time() {
        return time;
    }

    SimulatedMessages messages() {
        return messages;
    }

    ProducerChecks checks() {
        return checks;
    }

    RequestChecks requests() {
        return requests;
    }

    @Override
    public long steps() {
        return steps;
    }

    @Override
    public Set<Object> seen() {
        Set<Object> all = new HashSet<>(checks.seen());
        all.addAll(requests.seen());
        all.addAll(metrics.seen);
        return all;
    }

    @Override
    public List<String> trace() {
        return trace == null ? List.of() : trace;
    }

    void trace(Supplier<String> line) {
        if (trace != null) {
            trace.add(String.format("%12.3f ms  %s", time.nanos() / 1e6, line.get()));
        }
    }

    @Override
    public void run() {
        time.during(() -> {
            schedule();
            try (LoggedErrors errors = new LoggedErrors()) {
                while (time.proceed()) {
                    afterStep();
                    errors.requireNone();
                }
            }
            checks.atTheEnd();
            requests.atTheEnd(network.open());
        });
    }

    private void afterStep() {
        checks.afterStep();
        requests.afterStep();
        ProducerChecks.require(++steps < MOST_STEPS, "the producer keeps busy without an end");
        // What is done to learn the content type is done for all who use the handle of the stream, and a request that
        // is
        // given up comes to its own end.
        boolean goesOn = !plan.typeKnown() || plan.application().givesUp();
        if (checks.isClosed() && !goesOn) {
            ProducerChecks.require(network.open() == 0, network.open() + " requests are under way behind the close");
            ProducerChecks.require(time.timers() == 0, time.timers() + " timers are left behind the close");
        }
    }

    private void schedule() {
        long end = 0;
        for (int i = 0; i < plan.application().actions(); i++) {
            time.at(end, application::act);
            end += random.nextInt(3) == 0
                    ? 0
                    : random.nextLong(1, 2 * plan.application().pace().toNanos());
        }
        end += plan.settings().delivery().requestTimeout().toNanos();
        scheduleTrouble(end);
        long calm = end + plan.settings().delivery().deliveryTimeout().toNanos() + CALM.toNanos();
        for (int i = 0; i < CALM_MESSAGES; i++) {
            time.at(calm, application::sendCalmly);
            calm += CALM.toNanos();
        }
        time.at(calm, checks::calmMessagesAreStored);
        time.at(calm, application::close);
    }

    private void scheduleTrouble(long end) {
        for (int i = 0; i < plan.network().outages(); i++) {
            long begin = random.nextLong(end);
            long length = random.nextLong(2 * plan.network().outage().toNanos());
            happen("nothing gets through", begin, () -> network.down(true));
            happen("something gets through again", begin + length, () -> network.down(false));
        }
        for (int i = 0; i < plan.server().takeOvers(); i++) {
            happen("another incarnation takes over", random.nextLong(end), stream.log()::takeOver);
        }
        for (int i = 0; i < plan.server().stateLosses(); i++) {
            happen("the server loses the producer", random.nextLong(end), stream.log()::loseState);
        }
        if (plan.server().closes()) {
            happen(
                    "somebody closes the stream",
                    random.nextLong(end),
                    () -> stream.log().close(StreamClosure.PLAIN));
        }
        if (plan.application().closesEarly()) {
            happen("the application ends", random.nextLong(end), application::close);
        }
        happen("the trouble is over", end, () -> {
            network.calmDown();
            if (epochStore != null) {
                epochStore.calmDown();
            }
        });
    }

    private void happen(String what, long nanos, Runnable action) {
        time.at(nanos, () -> {
            trace(() -> what);
            requests.fault();
            action.run();
        });
    }
}
