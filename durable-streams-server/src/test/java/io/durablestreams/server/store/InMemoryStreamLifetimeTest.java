package io.durablestreams.server.store;

import java.time.Clock;

import reactor.core.scheduler.Schedulers;

class InMemoryStreamLifetimeTest extends StreamLifetimeContract {

    @Override
    StreamStore createStore(Clock clock) {
        return new InMemoryStreamStore(clock, Schedulers.parallel());
    }
}
