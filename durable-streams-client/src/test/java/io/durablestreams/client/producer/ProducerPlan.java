package io.durablestreams.client.producer;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.producer.ClaimPolicy;

import static io.durablestreams.protocol.simulation.Draws.backoff;
import static io.durablestreams.protocol.simulation.Draws.chance;
import static io.durablestreams.protocol.simulation.Draws.claimPolicy;
import static io.durablestreams.protocol.simulation.Draws.clockReading;
import static io.durablestreams.protocol.simulation.Draws.millis;

/**
 * What is going to happen in one run of a {@link ProducerSimulation}, drawn from its seed. Chances are from 0 to 1, for
 * each request, action or message; many runs have some of the troubles only.
 *
 * @param settings what the producer is told
 * @param requests what other requests are made with
 * @param contentType that of the stream
 * @param typeKnown whether the producer is told the content type
 * @param epochStore whether there is one
 * @param application what the application does
 * @param network what the network does
 * @param server what the server does
 * @param clock the reading of the client's clock at the start
 * @param lateness how late its timers are at most
 */
public record ProducerPlan(
        ProducerSettings settings,
        RequestSettings requests,
        String contentType,
        boolean typeKnown,
        boolean epochStore,
        Application application,
        Network network,
        Server server,
        long clock,
        Duration lateness) {

    /**
     * What the application does.
     *
     * @param actions how many things
     * @param pace the mean time between two of them
     * @param largest the size of the largest messages
     * @param bad a message is one that the server refuses for good
     * @param waits a message is sent, and its outcome waited for
     * @param cancels somebody who waits gives up
     * @param reacts somebody who waited sends something else on hearing of the outcome
     * @param closesEarly whether it closes the producer before it has done everything
     * @param closesStream whether it closes the stream with it
     * @param givesUp whether it closes the client instead, and does not wait for everything
     */
    record Application(
            int actions,
            Duration pace,
            int largest,
            double bad,
            double waits,
            double cancels,
            double reacts,
            boolean closesEarly,
            boolean closesStream,
            boolean givesUp) {}

    /**
     * What the network does.
     *
     * @param latency the mean time that a request or an answer takes
     * @param refused there is no connection
     * @param requestLost the request does not arrive
     * @param answerLost the answer does not arrive, or not as a whole
     * @param delayed a request or an answer takes very long, so that the client has often given up on it
     * @param copied a request that is stored arrives again
     * @param closesUnanswered nothing gets through for a while when the producer has closed the stream
     * @param outages how often nothing gets through for a while
     * @param outage the mean length of that
     */
    record Network(
            Duration latency,
            double refused,
            double requestLost,
            double answerLost,
            double delayed,
            double copied,
            double closesUnanswered,
            int outages,
            Duration outage) {}

    /**
     * What the server does, and what stands in front of it.
     *
     * @param busy it answers that it cannot serve the request now, whether it has or not
     * @param garbage the answer is not that of a stream server
     * @param denied it refuses a request that it would have accepted at another time
     * @param sizeLimit the greatest body that it takes
     * @param storeFails the epoch store fails
     * @param takeOvers how often another incarnation takes over
     * @param stateLosses how often it loses what it knows of the producer
     * @param closes whether somebody else closes the stream
     */
    record Server(
            double busy,
            double garbage,
            double denied,
            int sizeLimit,
            double storeFails,
            int takeOvers,
            int stateLosses,
            boolean closes) {

        /** Whether it may refuse what is neither bad nor too late. */
        boolean refusesSome() {
            return denied > 0 || sizeLimit < Integer.MAX_VALUE;
        }
    }

    static ProducerPlan draw(SplittableRandom random) {
        return new ProducerPlan(
                settings(random),
                RequestSettings.DEFAULT
                        .withTimeout(millis(random, 50, 1000))
                        .withMaxRetries(random.nextInt(4))
                        .withBackoff(backoff(random)),
                List.of("application/json", "text/plain", "application/octet-stream")
                        .get(Math.max(0, random.nextInt(5) - 2)),
                random.nextBoolean(),
                random.nextInt(3) == 0,
                application(random),
                network(random),
                server(random),
                clockReading(random),
                random.nextBoolean() ? Duration.ZERO : Duration.ofNanos(random.nextLong(1, 1_000_000)));
    }

    /** Whether messages are written, and their bytes counted, as soon as they are accepted. */
    boolean startsAtOnce() {
        return typeKnown && !epochStore;
    }

    StreamFormat format() {
        return StreamFormat.of(contentType);
    }

    private static ProducerSettings settings(SplittableRandom random) {
        ClaimPolicy onFenced = claimPolicy(random);
        return ProducerSettings.DEFAULT
                .withEpoch(random.nextInt(3))
                .withOnFenced(onFenced)
                .withOnSequenceGap(random.nextInt(3) > 0 ? onFenced : claimPolicy(random))
                .withLinger(random.nextBoolean() ? Duration.ZERO : millis(random, 1, 150))
                .withMaxBatchBytes(random.nextInt(3) == 0 ? 100_000 : 20 + random.nextInt(400))
                .withMaxBatchItems(random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(8))
                .withMaxInFlight(1 + random.nextInt(5))
                .withMaxBufferedBytes(random.nextInt(3) == 0 ? 1_000_000 : 100 + random.nextInt(1500))
                .withMaxBlock(Duration.ZERO) // Nobody else could make room meanwhile: there is one thread.
                .withDeliveryTimeout(random.nextInt(3) == 0 ? Duration.ofMinutes(10) : millis(random, 200, 6000))
                .withRequestTimeout(millis(random, 50, 1000))
                .withBackoff(backoff(random));
    }

    private static Application application(SplittableRandom random) {
        return new Application(
                20 + random.nextInt(200),
                millis(random, 1, 40),
                20 + random.nextInt(random.nextInt(4) == 0 ? 2000 : 150),
                chance(random, 0.1),
                random.nextDouble(),
                chance(random, 0.3),
                chance(random, 0.2),
                random.nextInt(4) == 0,
                random.nextInt(3) == 0,
                random.nextInt(6) == 0);
    }

    private static Network network(SplittableRandom random) {
        return new Network(
                millis(random, 1, 20),
                chance(random, 0.2),
                chance(random, 0.2),
                chance(random, 0.2),
                chance(random, 0.1),
                chance(random, 0.2),
                chance(random, 1),
                random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 0,
                millis(random, 100, 8000));
    }

    private static Server server(SplittableRandom random) {
        return new Server(
                chance(random, 0.2),
                chance(random, 0.1),
                chance(random, 0.03),
                random.nextBoolean() ? Integer.MAX_VALUE : 150 + random.nextInt(500),
                chance(random, 0.4),
                random.nextInt(4) == 0 ? 1 + random.nextInt(random.nextBoolean() ? 3 : 20) : 0,
                random.nextInt(5) == 0 ? 1 + random.nextInt(2) : 0,
                random.nextInt(12) == 0);
    }

    private static ClaimPolicy claimPolicy(SplittableRandom random) {
        return random.nextBoolean() ? ClaimPolicy.CLAIM : ClaimPolicy.FAIL;
    }
}
