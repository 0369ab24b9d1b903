package io.durablestreams.server.handler;

import java.time.Clock;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.server.store.StreamStore;

/**
 * Answers the requests of the Durable Streams protocol from a {@link StreamStore}, over any transport (protocol §5).
 * {@code DurableStreamRoutes} serves a handler below a path of a WebFlux application.
 *
 * <p>A handler is safe for use by any number of threads, and never blocks. It answers requests for paths below {@code /__ds}
 * with 404.
 *
 * <p>Live reads wait for appends, and a server that shuts down waits for its open responses. Therefore, subscribe to
 * {@link #stopLiveReads()} before the server shuts down.
 */
public interface DurableStreamHandler {

    /**
     * Answers a request.
     *
     * <p>The {@code Mono} is cold: each subscription performs the request. It emits exactly one response, and no error:
     * failures, including failures of the store, are responses with an error status. The response to a long-poll is
     * emitted when data arrives or {@link ServerSettings#longPollTimeout()} is over. All other responses are emitted
     * when the store has answered. The response may arrive on a thread of the request's body, of the store or of the
     * scheduler.
     *
     * <p>Cancelling stops waiting, and releases the resources of the request. Whether a cancelled append, creation or
     * deletion takes effect depends on the store.
     *
     * @param request the request
     * @return the response
     */
    Mono<StreamResponse> handle(StreamRequest request);

    /**
     * Ends all live reads without loss: long-polls are answered as if their time were over, and connections of
     * server-sent events end after a control event. Until {@link #startLiveReads()} is called, later live reads deliver
     * existing content, and do not wait.
     *
     * <p>The {@code Mono} is cold: the reads begin to end on subscription. It completes when no live read is left, on
     * the thread that ends the last one. It does not fail. A client that accepts no bytes keeps its read until its
     * connection is closed, so limit the wait. Cancelling gives up only the wait.
     *
     * @return completes when all live reads have ended
     */
    Mono<Void> stopLiveReads();

    /** Lets live reads wait again after {@link #stopLiveReads()}. A new handler is in this state. Does not block. */
    void startLiveReads();

    /**
     * Returns a builder of a handler for the streams of a store.
     *
     * @param store keeps the streams; the handler does not close it
     */
    static Builder builder(StreamStore store) {
        return new Builder(store);
    }

    /** Collects the configuration of a handler. A builder is mutable and not safe for use by several threads. */
    final class Builder {

        private final StreamStore store;
        private ServerSettings settings = ServerSettings.DEFAULT;
        private Clock clock = Clock.systemUTC();
        private Scheduler scheduler = Schedulers.parallel();
        private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

        private Builder(StreamStore store) {
            this.store = store;
        }

        /**
         * Sets limits, timeouts and CORS.
         *
         * @param settings the settings; the default is {@link ServerSettings#DEFAULT}
         */
        public Builder settings(ServerSettings settings) {
            this.settings = settings;
            return this;
        }

        /**
         * Sets the clock for cursors (protocol §10), and for the expiry of streams that live reads wait for.
         *
         * @param clock a clock; the default is the system's clock in UTC
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /**
         * Sets the scheduler on which waiting live reads are timed and continue. The handler does not dispose of it.
         *
         * @param scheduler a scheduler; the default is Reactor's parallel scheduler
         */
        public Builder scheduler(Scheduler scheduler) {
            this.scheduler = scheduler;
            return this;
        }

        /** Sets the source of random numbers for cursors: evenly distributed, at least 0 and below 1. */
        Builder random(DoubleSupplier random) {
            this.random = random;
            return this;
        }

        /** Returns a new handler. */
        public DurableStreamHandler build() {
            LiveReads liveReads = new LiveReads(store, scheduler);
            return new DefaultDurableStreamHandler(new HandlerContext(store, settings, liveReads, clock, random));
        }
    }
}
