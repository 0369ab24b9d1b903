package io.durablestreams.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.client.cache.ReadCacheSettings;
import io.durablestreams.client.exchange.ConnectionSettings;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.client.metrics.ReadMetricsRecorder;
import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;

/**
 * Entry point: gives handles of the streams of one server, and holds what their requests have in common.
 *
 * <p>A client is immutable and safe for use by any number of threads. Creating it opens no connection. Where the
 * builder was given no {@link WebClient}, the client owns two connection pools, one for requests that are answered at
 * once and one for live reads (so that open reads never hold back a write). Clients made by {@link #mutate()} are variants
 * of this one: they share the pools and own no connections.
 *
 * <p>A client knows its producers and those of its variants. {@link #closeProducers} delivers their messages when the
 * application ends; without it, or {@link #dispose()}, messages that are still buffered when the JVM exits are lost without
 * a report.
 */
public interface DurableStreamClient extends Disposable {

    /**
     * Returns a handle of the stream at a path below the base URL, or at an absolute URL.
     *
     * @param path the path, not yet percent-encoded and with or without a leading slash, or an {@code http(s)} URL,
     *     encoded, without query and fragment
     * @throws IllegalArgumentException when it is empty, has a query or a fragment, or is no URL
     */
    DurableStream stream(String path);

    /**
     * Returns a handle of the stream at an absolute URL.
     *
     * @param url an {@code http(s)} URL without query and fragment
     */
    DurableStream stream(URI url);

    /** Returns a builder with the configuration of this client, for a variant of it. */
    Builder mutate();

    /**
     * Returns the producers of this client and its variants that are not closed, in no particular order. A producer that
     * the application has dropped without closing it may be missing once its messages are settled.
     */
    List<IdempotentProducer> openProducers();

    /**
     * Flushes all open producers at the same time; they stay open. Completes when everything that they accepted before the
     * subscription is acknowledged. When a producer fails, the others are flushed nevertheless; the first failure is
     * signalled once all have ended. See {@link IdempotentProducer#flush()}.
     */
    Mono<Void> flush();

    /**
     * Closes all open producers at the same time, and gives up what they have not delivered within a time.
     *
     * <p>From the subscription on, this client and its variants open no producers:
     * {@link DurableStream#producer(String)} fails with {@link io.durablestreams.client.error.ProducerClosedException}, as do {@code append} and
     * {@code send}. When the time is over, every message that was accepted and is not acknowledged fails with
     * {@link io.durablestreams.client.error.DeliveryAbandonedException}: the subscribers of {@code send} and the {@link io.durablestreams.client.producer.ProducerErrorHandler}s are told,
     * and one ERROR line for each producer that could not deliver all of its messages says how many were lost. All of them
     * have been told when this ends.
     *
     * <p>Completes when all messages that were accepted are acknowledged. When one fails meanwhile, the other producers are
     * closed nevertheless; the first failure is signalled once all have ended. Cancelling leaves the producers closing, and
     * gives nothing up. Reads and other requests are not affected.
     *
     * @param timeout how long to wait for acknowledgements; zero gives up at once
     */
    Mono<Void> closeProducers(Duration timeout);

    /**
     * Gives up all producers of this client and its variants as {@link #closeProducers} does when the time is over, and
     * closes the pools that this client owns. Other operations in flight, and later ones, fail with
     * {@link io.durablestreams.client.error.StreamRequestException}. Except: a plain append in flight fails with {@link io.durablestreams.client.error.AppendOutcomeUnknownException}.
     *
     * <p>This does not wait for the server: close the producers first. On a thread that may block, all undelivered messages
     * have been reported when this returns. Disposing again has no effect.
     */
    @Override
    void dispose();

    /** Returns a builder of clients that need no Spring Boot. */
    static Builder builder() {
        return new DefaultDurableStreamClientBuilder();
    }

    /**
     * Returns a client with default settings.
     *
     * @param baseUrl the {@code http(s)} URL below which the streams are
     */
    static DurableStreamClient create(String baseUrl) {
        return builder().baseUrl(baseUrl).build();
    }

    /** Collects the configuration of a client. */
    interface Builder {

        /**
         * Sets the URL below which {@link DurableStreamClient#stream(String)} finds its streams. Without it, only
         * absolute URLs name streams.
         */
        Builder baseUrl(String baseUrl);

        /**
         * Sets the client for requests that are answered at once; by default one with a pool of its own.
         *
         * <p>Over Reactor Netty, make its HTTP client with {@link io.durablestreams.client.exchange.StreamConnections#configure}. A plain Reactor Netty
         * connector takes an informational answer (1xx) for the final one. Such a request has no answer: its outcome is
         * unknown, and its connection is closed.
         *
         * <p>A connector or a filter that fails with a {@link java.util.concurrent.CancellationException} refuses a
         * request for good: it is not repeated, and ends reads and fails batches with a {@link io.durablestreams.client.error.StreamRequestException}.
         */
        Builder webClient(WebClient webClient);

        /**
         * Sets the client for live reads; by default one with a pool of its own. It needs room for every live read at
         * the same time, and no response timeout, or one above the server's wait (30 s): {@link ReaderSettings} has
         * the timeouts of live reads.
         */
        Builder liveWebClient(WebClient webClient);

        /**
         * Changes both of them, those of the client's own included, when the client is built: for filters that every
         * request should pass, such as one that adds credentials or that records.
         */
        Builder webClients(Consumer<WebClient.Builder> customizer);

        /** Sets the mapper that writes and reads JSON messages; by default one with Jackson's defaults. */
        Builder jsonMapper(JsonMapper jsonMapper);

        /**
         * Adds a header to every request.
         *
         * @throws IllegalArgumentException when no header can have this name or value
         */
        Builder header(String name, String value);

        /** Adds a header whose value is asked for on every attempt of every request; the supplier must not block. */
        Builder header(String name, Supplier<String> value);

        /** Adds a header whose value is subscribed to on every attempt of every request; empty leaves it out. */
        Builder header(String name, Mono<String> value);

        /**
         * Adds headers whose names, too, are known only when a request is made, such as those that another request has
         * brought along. The {@link Mono} is subscribed to on every attempt of every request; empty adds none. Of two
         * headers of one name, the one that was added to the builder later is sent.
         */
        Builder headers(Mono<Map<String, String>> headers);

        /** Adds a query parameter to every request. */
        Builder parameter(String name, String value);

        /** Adds a query parameter whose value is asked for on every attempt; the supplier must not block. */
        Builder parameter(String name, Supplier<String> value);

        /** Adds a query parameter whose value is subscribed to on every attempt; empty leaves it out. */
        Builder parameter(String name, Mono<String> value);

        /**
         * Adds query parameters whose names, too, are known only when a request is made, as {@link #headers} does.
         *
         * @param parameters values by name, not encoded
         */
        Builder parameters(Mono<Map<String, String>> parameters);

        /**
         * Sets how many connections the client may have, and for how long. They are its own: this has no effect where
         * there is a {@link WebClient}, be it given or taken over by {@link DurableStreamClient#mutate()}.
         */
        Builder connectionSettings(ConnectionSettings settings);

        /** Sets timeout and retries of requests that are neither reads nor a producer's. */
        Builder requestSettings(RequestSettings settings);

        /** Sets what readers start with; each reader can be given its own. */
        Builder readerSettings(ReaderSettings settings);

        /**
         * Keeps what catch-up reads have read in memory, so that the next reader of the same history need not download it
         * again; by default nothing is kept.
         *
         * <p>The server is asked before each use ({@code If-None-Match}), so it still decides who may read, and nothing
         * is out of date as long as its tags change with what they stand for. What was read with other headers or cookies
         * is not used, so headers with a new value for every request make the cache useless. A client made by
         * {@link DurableStreamClient#mutate()} has a cache of its own.
         *
         * @throws IllegalStateException when Caffeine (com.github.ben-manes.caffeine:caffeine) is not on the class path
         */
        Builder readCache(ReadCacheSettings settings);

        /** Sets what producers start with; each producer can be given its own. */
        Builder producerSettings(ProducerSettings settings);

        /** Sets who hears what readers do; by default nobody. */
        Builder readMetrics(ReadMetricsRecorder recorder);

        /** Sets who hears what producers do; by default nobody. */
        Builder producerMetrics(ProducerMetricsRecorder recorder);

        /**
         * Sets who remembers the epochs of producers; by default nobody, and producers start with
         * {@link ProducerSettings#withEpoch epoch}. With a store that is only the least epoch to start with.
         */
        Builder epochStore(EpochStore store);

        /** Returns a client with what has been set so far. */
        DurableStreamClient build();
    }
}
