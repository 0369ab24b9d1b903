package io.durablestreams.protocol.simulation;

import java.time.Duration;
import java.util.SplittableRandom;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.producer.ClaimPolicy;

/** What the plans of simulations draw. */
public final class Draws {

    private Draws() {}

    /** A chance below {@code most}; none in half of all runs. */
    public static double chance(SplittableRandom random, double most) {
        return random.nextBoolean() ? 0 : random.nextDouble(most);
    }

    public static Duration millis(SplittableRandom random, int least, int most) {
        return Duration.ofMillis(random.nextInt(least, most));
    }

    public static Backoff backoff(SplittableRandom random) {
        Duration initial = millis(random, 1, 50);
        return new Backoff(initial, initial.multipliedBy(1 + random.nextInt(20)), 2.0);
    }

    public static ClaimPolicy claimPolicy(SplittableRandom random) {
        return random.nextBoolean() ? ClaimPolicy.CLAIM : ClaimPolicy.FAIL;
    }

    /** The reading of a clock, which often overflows before the end of a run. */
    public static long clockReading(SplittableRandom random) {
        return random.nextInt(4) == 0 ? Long.MAX_VALUE - random.nextLong(10_000_000_000L) : random.nextLong();
    }
}
