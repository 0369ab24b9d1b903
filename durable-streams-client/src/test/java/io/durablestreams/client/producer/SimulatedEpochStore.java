package io.durablestreams.client.producer;

import java.net.URI;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

import io.durablestreams.client.fixture.SimulatedTime;

/** An epoch store that takes its time, fails, or never answers, whether it has done what it was asked for or not. */
public final class SimulatedEpochStore implements EpochStore {

    private final ProducerPlan plan;
    private final SplittableRandom random;
    private final SimulatedTime time;

    private boolean trouble = true;
    private long epoch = -1;
    private long told = -1;

    SimulatedEpochStore(ProducerPlan plan, SimulatedTime time) {
        this.plan = plan;
        this.random = time.split();
        this.time = time;
    }

    void calmDown() {
        trouble = false;
    }

    /** The greatest epoch that it has told to be stored. */
    public long told() {
        return told;
    }

    @Override
    public Mono<Long> next(URI stream, String producerId, long least) {
        return asked(() -> epoch = Math.max(epoch + 1, least));
    }

    @Override
    public Mono<Void> record(URI stream, String producerId, long used) {
        return asked(() -> epoch = Math.max(epoch, used)).then();
    }

    private Mono<Long> asked(LongSupplier change) {
        return Mono.create(sink -> {
            boolean fails = trouble && random.nextDouble() < plan.server().storeFails();
            long end = time.nanos() + random.nextLong(5_000_000);
            if (!fails || random.nextBoolean()) {
                long result = change.getAsLong();
                if (!fails) {
                    time.signalAt(end, () -> succeed(sink, result));
                    return;
                }
            }
            if (random.nextBoolean()) {
                time.signalAt(end, () -> sink.error(new IllegalStateException("the store fails")));
            }
        });
    }

    private void succeed(MonoSink<Long> sink, long result) {
        told = Math.max(told, result);
        sink.success(result);
    }
}
