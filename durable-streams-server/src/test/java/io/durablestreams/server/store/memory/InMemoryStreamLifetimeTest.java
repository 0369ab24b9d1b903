package io.durablestreams.server.store.memory;

import java.time.Clock;

import reactor.core.scheduler.Schedulers;

import io.durablestreams.server.store.StreamLifetimeContract;
import io.durablestreams.server.store.StreamStore;

class InMemoryStreamLifetimeTest extends StreamLifetimeContract {

    @Override
    protected StreamStore createStore(Clock clock) {
        return new InMemoryStreamStore(clock, Schedulers.parallel());
    }
}
