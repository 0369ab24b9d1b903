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
import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.DeliveryAbandonedException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.exchange.ConnectionSettings;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.exchange.StreamConnections;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.client.metrics.ReadMetricsRecorder;
import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerErrorHandler;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;

/**
 * The entry point of the library. A client creates handles of the streams of one server, and holds the configuration of
 * their requests.
 *
 * <p>A client is immutable and thread-safe. Creating it opens no connection. Unless the builder is given {@link
 * WebClient}s, the client owns two connection pools: one for requests that the server answers at once, and one for live
 * reads. Open live reads therefore never delay a write. A client that {@link #mutate()} creates shares the pools and
 * does not own connections.
 *
 * <p>A client knows its own producers and those of its variants. {@link #closeProducers} delivers their messages before
 * the application exits. Without {@code closeProducers} or {@link #dispose()}, messages that are buffered when the JVM
 * exits are lost, and their loss is not reported.
 */
public interface DurableStreamClient extends Disposable {

    /**
     * Returns a handle of the stream at a path below the base URL, or at an absolute URL. Characters that are not ASCII
     * are encoded.
     *
     * @param path a path that is not percent-encoded, with or without a leading slash, or an encoded {@code http(s)}
     *     URL. Neither may have a query or a fragment
     * @throws IllegalArgumentException if a segment of the path is blank or consists of dots, with or without parameters
     *     ({@code ..;a}), if there is a query or a fragment, if the client has no base URL for a path, or for the reasons
     *     of {@link #stream(URI)}
     */
    DurableStream stream(String path);

    /**
     * Returns a handle of the stream at an absolute URL. Characters that are not ASCII are encoded.
     *
     * @param url an {@code http(s)} URL without query, fragment and user information. Credentials belong into a header
     * @throws IllegalArgumentException if it is not such a URL, if its host is not valid for {@link URI}, or if it has a
     *     segment that servers resolve to another path, such as {@code ..}
     */
    DurableStream stream(URI url);

    /** Returns a builder that starts with the configuration of this client, for a variant of it. */
    Builder mutate();

    /**
     * Returns the open producers of this client and its variants, in no particular order. If the application drops a
     * producer without closing it, the producer may disappear from this list once its messages are settled.
     */
    List<IdempotentProducer> openProducers();

    /**
     * Flushes all open producers concurrently. They remain open. Completes when all messages that were accepted before
     * the subscription are acknowledged. If a producer fails, the others are still flushed, and the first failure is
     * signalled at the end. See {@link IdempotentProducer#flush()}.
     */
    Mono<Void> flush();

    /**
     * Closes all open producers concurrently, and abandons the messages that are not delivered within the timeout.
     *
     * <p>From the subscription on, this client and its variants create no producers: {@link
     * DurableStream#producer(String)} fails with {@link ProducerClosedException}, and so do {@code append} and {@code
     * send} of existing producers. The result is one of these:
     *
     * <ul>
     *   <li>Completes when all accepted messages are acknowledged.
     *   <li>If messages fail meanwhile, the other producers are still closed, and then this fails with the first
     *       failure.
     *   <li>When the timeout expires, every message that is not acknowledged fails with {@link
     *       DeliveryAbandonedException}. The subscribers of {@code send} and the {@link ProducerErrorHandler}s are
     *       notified before this fails. One log entry at ERROR for each affected producer reports the number of lost
     *       messages.
     * </ul>
     *
     * <p>Cancelling does not stop the closing and abandons no messages. Reads and other requests are not affected.
     *
     * @param timeout the longest wait for acknowledgements. Zero abandons immediately
     * @throws IllegalArgumentException if the timeout is negative
     */
    Mono<Void> closeProducers(Duration timeout);

    /**
     * Abandons the undelivered messages of all producers of this client and its variants, as {@link #closeProducers}
     * does when its timeout expires, and closes the connection pools that this client owns. In-flight and later
     * operations fail with {@link StreamRequestException}. Except: a plain append that was in flight fails with {@link
     * AppendOutcomeUnknownException}.
     *
     * <p>This method does not wait for the server, so call {@link #closeProducers} first. On a thread that may block,
     * it returns after all undelivered messages have been reported, or after 5 s. A second call has no effect.
     */
    @Override
    void dispose();

    /** Returns a builder of clients. It does not need Spring Boot. */
    static Builder builder() {
        return new DefaultDurableStreamClientBuilder();
    }

    /**
     * Returns a client with default settings.
     *
     * @param baseUrl the {@code http(s)} URL below which the client finds its streams
     * @throws IllegalArgumentException if it is not an absolute {@code http(s)} URL, or has a query or a fragment
     */
    static DurableStreamClient create(String baseUrl) {
        return builder().baseUrl(baseUrl).build();
    }

    /** Collects the configuration of a client. */
    interface Builder {

        /**
         * Sets the URL below which {@link DurableStreamClient#stream(String)} finds streams. By default there is none,
         * and streams are identified by absolute URLs only.
         *
         * @throws IllegalArgumentException if it is not a URL as for {@link DurableStreamClient#stream(URI)}
         */
        Builder baseUrl(String baseUrl);

        /**
         * Sets the {@link WebClient} for requests that the server answers at once. By default the client creates one
         * with its own connection pool.
         *
         * <p>For Reactor Netty, create the HTTP client with {@link StreamConnections#configure}. A plain Reactor Netty
         * connector takes an informational response (1xx) for the final response. The outcome of such a request is
         * unknown, and its connection is closed.
         *
         * <p>If a connector or a filter fails with a {@link java.util.concurrent.CancellationException}, the request is
         * refused permanently and not repeated. Operations and reads fail, and batches of producers too, with a {@link
         * StreamRequestException}.
         */
        Builder webClient(WebClient webClient);

        /**
         * Sets the {@link WebClient} for live reads. By default the client creates one with its own connection pool.
         * The pool must have room for all concurrent live reads. A response timeout must be longer than the wait of the
         * server (30 s), or absent: {@link ReaderSettings} has the timeouts of live reads.
         */
        Builder liveWebClient(WebClient webClient);

        /**
         * Customizes both {@link WebClient}s when the client is built, whether they are set or created by the client.
         * Use this for filters that every request must pass, such as filters that add credentials or record requests.
         * Several customizers are applied in the order in which they were added. A filter that does not pass a request
         * on within the request timeout of the operation fails the attempt with a {@link
         * io.durablestreams.client.error.StreamTimeoutException}.
         */
        Builder webClients(Consumer<WebClient.Builder> customizer);

        /** Sets the mapper that writes and reads JSON messages. The default is {@link JsonMapper#shared()}. */
        Builder jsonMapper(JsonMapper jsonMapper);

        /**
         * Adds a header to every request. It replaces a header of the same name.
         *
         * @throws IllegalArgumentException if the name or the value cannot be sent in a header
         */
        Builder header(String name, String value);

        /**
         * Adds a header to every request. The supplier is called for every attempt and must not block. If it fails with
         * an exception, the attempt fails as a transient failure. If it fails with an error such as {@link
         * LinkageError}, the operation fails.
         *
         * @throws IllegalArgumentException if the name cannot be the name of a header
         */
        Builder header(String name, Supplier<String> value);

        /**
         * Adds a header to every request. The {@link Mono} is subscribed to for every attempt. If it is empty, the
         * header is omitted. If it fails, or takes longer than the request timeout of the operation, the attempt fails
         * as a transient failure.
         *
         * @throws IllegalArgumentException if the name cannot be the name of a header
         */
        Builder header(String name, Mono<String> value);

        /**
         * Adds headers whose names are not known before the request, such as headers that are propagated from an
         * incoming request. The {@link Mono} is subscribed to for every attempt. If it is empty, no header is added. If
         * several headers have the same name, the one that was added to the builder last is sent.
         *
         * @param headers the values by name
         */
        Builder headers(Mono<Map<String, String>> headers);

        /**
         * Adds a query parameter to every request. It replaces a parameter of the same name. Name and value are not
         * encoded.
         */
        Builder parameter(String name, String value);

        /** Adds a query parameter to every request. The supplier is called for every attempt and must not block. */
        Builder parameter(String name, Supplier<String> value);

        /**
         * Adds a query parameter to every request. The {@link Mono} is subscribed to for every attempt. If it is empty,
         * the parameter is omitted.
         */
        Builder parameter(String name, Mono<String> value);

        /**
         * Adds query parameters whose names are not known before the request. See {@link #headers}.
         *
         * @param parameters the values by name, not encoded
         */
        Builder parameters(Mono<Map<String, String>> parameters);

        /**
         * Sets the limits of the connection pools that the client creates. The default is {@link
         * ConnectionSettings#DEFAULT}. A {@link WebClient} that is set, or inherited through {@link
         * DurableStreamClient#mutate()}, is not affected.
         */
        Builder connectionSettings(ConnectionSettings settings);

        /**
         * Sets the timeout and the retries of requests that are not reads and not sent by producers. The default is
         * {@link RequestSettings#DEFAULT}.
         */
        Builder requestSettings(RequestSettings settings);

        /**
         * Sets the default settings of readers. {@link io.durablestreams.client.reader.StreamReader#settings} changes
         * them for one reader. The default is {@link ReaderSettings#DEFAULT}.
         */
        Builder readerSettings(ReaderSettings settings);

        /**
         * Caches responses to catch-up reads in memory, so that later readers of the same history need not download it
         * again. By default there is no cache.
         *
         * <p>The client asks the server before each use ({@code If-None-Match}). The server therefore decides about
         * every access, and cached data is current as long as the server's entity tags change with the data. Entries
         * are keyed by URL, headers and cookies, so headers with a new value in every request make the cache useless. A
         * client that {@link DurableStreamClient#mutate()} creates has its own cache.
         *
         * @throws IllegalStateException if Caffeine (com.github.ben-manes.caffeine:caffeine) is not on the class path
         */
        Builder readCache(ReadCacheSettings settings);

        /**
         * Sets the default settings of producers. {@link DurableStream#producer(String, ProducerSettings)} changes them
         * for one producer. The default is {@link ProducerSettings#DEFAULT}.
         */
        Builder producerSettings(ProducerSettings settings);

        /**
         * Sets the error handler of producers without their own. {@link DurableStream#producer(String, ProducerSettings,
         * ProducerErrorHandler)} sets another one for one producer. By default, failures are logged.
         */
        Builder producerErrorHandler(ProducerErrorHandler errorHandler);

        /** Sets the recorder of the metrics of readers. By default nothing is recorded. */
        Builder readMetrics(ReadMetricsRecorder recorder);

        /** Sets the recorder of the metrics of producers. By default nothing is recorded. */
        Builder producerMetrics(ProducerMetricsRecorder recorder);

        /**
         * Sets the store that records the epochs of producers. By default there is none, and producers start with
         * {@link ProducerSettings#withEpoch epoch}. With a store, {@code epoch} is only the lowest epoch to start with.
         */
        Builder epochStore(EpochStore store);

        /** Returns a client with the configuration so far. Later changes of the builder do not affect the client. */
        DurableStreamClient build();
    }
}
