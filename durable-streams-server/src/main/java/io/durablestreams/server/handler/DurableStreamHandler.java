package io.durablestreams.server.handler;

import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.server.store.StreamStore;

/**
 * Answers the requests of the Durable Streams protocol from a {@link StreamStore}, independently of what carries them.
 * {@code DurableStreamRoutes} puts a handler under a path of a WebFlux application.
 *
 * <p>A handler serves any number of requests on any threads. It never blocks. Forks are answered with 501, and paths
 * under {@code /__ds} with 404.
 *
 * <p>The clients of a server are mostly waiting for something to happen, and a server that shuts down would wait for
 * them in turn. So whoever stops the server subscribes to {@link #stopLiveReads()} before.
 */
public interface DurableStreamHandler {

    /**
     * Answers a request.
     *
     * @return exactly one answer; all failures, those of the store included, are answers and not errors. A long-poll is
     *     answered when there is data or its time is over, everything else at once. Cancelling stops waiting and
     *     releases all that the request holds.
     */
    Mono<StreamResponse> handle(StreamRequest request);

    /**
     * Ends all live reads in good order: long-polls are answered as if their time were over, connections of
     * server-sent events end after a control event. Clients will come back; until {@link #startLiveReads()} they get
     * what there is and are not kept waiting.
     *
     * @return completes when no live read is left. The reads are told to end at subscription. A client that takes no
     *     bytes keeps its read until its connection is cut, so set a limit to the wait.
     */
    Mono<Void> stopLiveReads();

    /** Lets live reads wait again, as they do from the beginning. */
    void startLiveReads();

    /** Returns a builder of a handler for the streams of a store. */
    static Builder builder(StreamStore store) {
        return new Builder(store);
    }

    /** Builds a handler. */
    final class Builder {

        private final StreamStore store;
        private ServerSettings settings = ServerSettings.DEFAULT;
        private Clock clock = Clock.systemUTC();
        private Scheduler scheduler = Schedulers.parallel();
        private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

        private Builder(StreamStore store) {
            this.store = store;
        }

        /** Sets how the server behaves; {@link ServerSettings#DEFAULT} otherwise. */
        public Builder settings(ServerSettings settings) {
            this.settings = settings;
            return this;
        }

        /** Sets the clock, by which cursors advance and live readers see their stream expire. */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /** Sets where waiting live reads are timed and go on; Reactor's parallel scheduler otherwise. */
        public Builder scheduler(Scheduler scheduler) {
            this.scheduler = scheduler;
            return this;
        }

        /** Sets the source of even random numbers, at least 0 and below 1, for cursors. */
        Builder random(DoubleSupplier random) {
            this.random = random;
            return this;
        }

        public DurableStreamHandler build() {
            LiveReads liveReads = new LiveReads(store, scheduler);
            return new DefaultDurableStreamHandler(new HandlerContext(store, settings, liveReads, clock, random));
        }
    }
}
