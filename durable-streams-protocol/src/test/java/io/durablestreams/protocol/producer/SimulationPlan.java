package io.durablestreams.protocol.producer;

import java.time.Duration;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

import static io.durablestreams.protocol.simulation.Draws.backoff;
import static io.durablestreams.protocol.simulation.Draws.chance;
import static io.durablestreams.protocol.simulation.Draws.claimPolicy;
import static io.durablestreams.protocol.simulation.Draws.clockReading;
import static io.durablestreams.protocol.simulation.Draws.millis;

/**
 * What is going to happen in one run of a {@link LaneSimulation}, drawn from its seed. Chances are from 0 to 1, for each
 * request or batch; many runs have some of the troubles only.
 *
 * @param policy what the lane is told
 * @param requestTimeout longest wait for an answer
 * @param prior what the server knows of the producer at the start
 * @param batches how many batches are offered while there is trouble
 * @param restarts how often the lane is restarted, if it is idle then
 * @param pace the mean time between two offers
 * @param latency the mean time that a request or an answer takes
 * @param clock the reading of the lane's clock at the start
 * @param network what the network does
 * @param server what the server does
 * @param abandons whether the lane is abandoned before everything is settled
 */
record SimulationPlan(
        LanePolicy policy,
        Duration requestTimeout,
        @Nullable ProducerState prior,
        int batches,
        int restarts,
        Duration pace,
        Duration latency,
        long clock,
        Network network,
        Server server,
        boolean abandons) {

    /**
     * What the network does.
     *
     * @param refused there is no connection
     * @param requestLost the request does not arrive
     * @param answerLost the answer does not arrive
     * @param delayed the request takes very long, so that the client has often given up on it
     * @param copied a request that is stored arrives again
     * @param anyCopies whether this happens to other requests, too
     */
    record Network(
            double refused, double requestLost, double answerLost, double delayed, double copied, boolean anyCopies) {}

    /**
     * What the server does.
     *
     * @param busyBefore it answers 503 without having looked at the request
     * @param busyAfter it answers 503 although it has done what was asked
     * @param bad a batch is one that it refuses for good
     * @param tooLarge it refuses a batch of several messages for its size
     * @param denied it refuses a batch for good that it would have accepted at another time
     * @param takeOvers how often another incarnation takes over
     * @param stateLosses how often it loses what it knows of the producer
     * @param closes whether somebody closes the stream
     */
    record Server(
            double busyBefore,
            double busyAfter,
            double bad,
            double tooLarge,
            double denied,
            int takeOvers,
            int stateLosses,
            boolean closes) {}

    static SimulationPlan draw(SplittableRandom random) {
        boolean anyCopies = random.nextInt(4) == 0;
        ClaimPolicy onFenced = claimPolicy(random);
        ClaimPolicy onSequenceGap = random.nextInt(3) > 0 ? onFenced : claimPolicy(random);
        long epoch = random.nextInt(4);
        long seq = random.nextInt(6) == 0 ? 1 + random.nextInt(3) : 0;
        int batches = 20 + random.nextInt(180);
        Duration delivery = anyCopies || random.nextBoolean() ? Duration.ofMinutes(30) : millis(random, 200, 4000);
        return new SimulationPlan(
                new LanePolicy(
                        epoch, seq, onFenced, onSequenceGap, false, 1 + random.nextInt(8), delivery, backoff(random)),
                millis(random, 50, 500),
                seq > 0 ? new ProducerState(epoch, seq - 1) : prior(random, epoch, onFenced == ClaimPolicy.CLAIM),
                batches,
                random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 0,
                millis(random, 1, 30),
                millis(random, 1, 20),
                clockReading(random),
                network(random, anyCopies),
                server(random, anyCopies),
                random.nextInt(10) == 0);
    }

    /**
     * Intermediaries must not repeat requests on their own. Even if they do, nothing is stored twice within an epoch as
     * long as no number is used again and the server knows its producers.
     */
    private static Network network(SplittableRandom random, boolean anyCopies) {
        return new Network(
                anyCopies ? 0 : chance(random, 0.2),
                chance(random, 0.2),
                chance(random, 0.2),
                chance(random, 0.1),
                anyCopies ? 0.3 : chance(random, 0.3),
                anyCopies);
    }

    private static Server server(SplittableRandom random, boolean anyCopies) {
        return new Server(
                chance(random, 0.2),
                chance(random, 0.2),
                anyCopies ? 0 : chance(random, 0.15),
                anyCopies ? 0 : chance(random, 0.3),
                anyCopies ? 0 : chance(random, 0.05),
                random.nextInt(3) == 0 ? 1 + random.nextInt(random.nextBoolean() ? 3 : 30) : 0,
                !anyCopies && random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0,
                random.nextInt(10) == 0);
    }

    /** A writer that does not claim and comes back under its old epoch has at least to be told. */
    private static @Nullable ProducerState prior(SplittableRandom random, long epoch, boolean claims) {
        if (random.nextBoolean()) {
            return null;
        }
        if (claims || random.nextInt(10) == 0) {
            return new ProducerState(random.nextLong(epoch + 3), claims ? random.nextInt(3) : 1 + random.nextInt(3));
        }
        return epoch == 0 ? null : new ProducerState(random.nextLong(epoch), random.nextInt(3));
    }
}
