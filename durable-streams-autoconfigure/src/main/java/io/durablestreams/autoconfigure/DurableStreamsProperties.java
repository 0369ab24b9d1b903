package io.durablestreams.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.durablestreams.autoconfigure.setup.ConfiguredSettings;
import io.durablestreams.client.cache.ReadCacheSettings;
import io.durablestreams.client.exchange.ConnectionSettings;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.client.reader.UnreadablePolicy;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.producer.ClaimPolicy;
import io.durablestreams.protocol.reader.RestartPolicy;

/**
 * The keys below {@code durable-streams}. Values are checked when the client is created. An invalid value fails the start
 * of the application with a message that names its key. The default values repeat the defaults of the settings records,
 * so that editors show them.
 *
 * @param url URL of the server's streams, such as "http://localhost:4437/v1/stream". When not set, an embedded server is
 *     started if the server module is on the class path.
 * @param headers HTTP headers to send with every request, such as "Authorization".
 * @param ssl TLS settings of connections to the server.
 * @param request requests that the server answers at once.
 * @param reader reads.
 * @param producer the producer bean, and the defaults of other producers.
 * @param server the embedded server.
 */
@ConfigurationProperties("durable-streams")
public record DurableStreamsProperties(
        @Nullable String url,
        @DefaultValue Map<String, String> headers,
        @DefaultValue Ssl ssl,
        @DefaultValue Request request,
        @DefaultValue Reader reader,
        @DefaultValue Producer producer,
        @DefaultValue Server server) {

    /**
     * Returns the limits of the connections, from {@code request.max-connections} and
     * {@code reader.max-live-connections}.
     *
     * @throws org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException if a value is
     *     invalid
     */
    public ConnectionSettings toConnectionSettings() {
        return ConfiguredSettings.of("durable-streams", ConnectionSettings.DEFAULT)
                .with("request.max-connections", request.maxConnections(), ConnectionSettings::withMaxConnections)
                .with(
                        "reader.max-live-connections",
                        reader.maxLiveConnections(),
                        ConnectionSettings::withMaxLiveConnections)
                .get();
    }

    /**
     * TLS settings of connections to the server.
     *
     * @param bundle Name of the SSL bundle to connect with. Overrides "spring.http.clients.ssl.bundle".
     */
    public record Ssl(@Nullable String bundle) {}

    /**
     * Requests that the server answers at once.
     *
     * @param timeout Longest wait for the response to one attempt of a create, head, append, close or delete request.
     * @param maxRetries Number of retries of a failed create, head, append, close or delete request. Requests that are not
     *     safe to repeat are not retried.
     * @param backoff the waits between attempts.
     * @param maxConnections Number of connections for all requests except live reads.
     */
    public record Request(
            @DefaultValue("30s") Duration timeout,
            @DefaultValue("5") int maxRetries,
            @DefaultValue BackoffDelays backoff,
            @DefaultValue("100") int maxConnections) {

        RequestSettings toSettings() {
            return ConfiguredSettings.of("durable-streams.request", RequestSettings.DEFAULT)
                    .with("timeout", timeout, RequestSettings::withTimeout)
                    .with("max-retries", maxRetries, RequestSettings::withMaxRetries)
                    .get()
                    .withBackoff(backoff.toBackoff("durable-streams.request.backoff"));
        }
    }

    /**
     * Reads.
     *
     * @param requestTimeout Longest wait for a response that the server sends at once, and between two parts of it.
     * @param longPollTimeout Longest wait for the response to a long-poll. Servers usually hold a long-poll for up to 30s.
     * @param sseIdleTimeout Longest silence of a connection of server-sent events before the reader opens a new one. Must
     *     be longer than the lifetime that the server sets for a connection, usually 60s.
     * @param partBytes Size from which the content of one response is delivered in several batches.
     * @param maxMessageBytes Size of the largest JSON message or server-sent event that a reader accepts.
     * @param maxRetries Number of consecutive retries of a failing read without a live mode.
     * @param maxLiveRetries Number of consecutive retries of a failing read with a live mode, from its start on.
     *     Unlimited when not set.
     * @param maxRetryAfter Longest wait that the server may ask for with "Retry-After". If it asks for a longer one, the
     *     read fails at once.
     * @param backoff the waits between attempts.
     * @param maxLiveConnections Number of connections for live reads. Each live read in progress occupies one.
     * @param whenGone Reaction of a reader when the server no longer has the data at its position.
     * @param whenRecreated Reaction of a reader when its stream was deleted and recreated.
     * @param whenUnreadable Reaction of a reader to a message that cannot be read as its type.
     * @param cache the cache of catch-up reads.
     */
    public record Reader(
            @DefaultValue("30s") Duration requestTimeout,
            @DefaultValue("60s") Duration longPollTimeout,
            @DefaultValue("90s") Duration sseIdleTimeout,
            @DefaultValue("256KB") DataSize partBytes,
            @DefaultValue("16MB") DataSize maxMessageBytes,
            @DefaultValue("5") int maxRetries,
            @Nullable Integer maxLiveRetries,
            @DefaultValue("5m") Duration maxRetryAfter,
            @DefaultValue BackoffDelays backoff,
            @DefaultValue("500") int maxLiveConnections,
            @DefaultValue("fail") RestartPolicy whenGone,
            @DefaultValue("fail") RestartPolicy whenRecreated,
            @DefaultValue("fail") UnreadablePolicy whenUnreadable,
            @DefaultValue Cache cache) {

        ReaderSettings toSettings() {
            return ConfiguredSettings.of("durable-streams.reader", ReaderSettings.DEFAULT)
                    .with("request-timeout", requestTimeout, ReaderSettings::withRequestTimeout)
                    .with("long-poll-timeout", longPollTimeout, ReaderSettings::withLongPollTimeout)
                    .with("sse-idle-timeout", sseIdleTimeout, ReaderSettings::withSseIdleTimeout)
                    .withBytes("part-bytes", partBytes, ReaderSettings::withPartBytes)
                    .withBytes("max-message-bytes", maxMessageBytes, ReaderSettings::withMaxMessageBytes)
                    .with("max-retries", maxRetries, ReaderSettings::withMaxRetries)
                    .with("max-live-retries", maxLiveRetries, ReaderSettings::withMaxLiveRetries)
                    .with("max-retry-after", maxRetryAfter, ReaderSettings::withMaxRetryAfter)
                    .with("when-gone", whenGone, ReaderSettings::withWhenGone)
                    .with("when-recreated", whenRecreated, ReaderSettings::withWhenRecreated)
                    .with("when-unreadable", whenUnreadable, ReaderSettings::withWhenUnreadable)
                    .get()
                    .withBackoff(backoff.toBackoff("durable-streams.reader.backoff"));
        }
    }

    /**
     * The cache of catch-up reads.
     *
     * @param enabled Whether to keep the responses to catch-up reads in memory, so that later readers of the same history
     *     need not download them again. The server validates a response before each use. Needs Caffeine on the class path.
     * @param maxBytes Size limit of all responses in the cache.
     * @param maxAnswerBytes Size of the largest response that the cache keeps.
     */
    public record Cache(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("64MB") DataSize maxBytes,
            @DefaultValue("8MB") DataSize maxAnswerBytes) {

        ReadCacheSettings toSettings() {
            // max-answer-bytes is set first, because it must not exceed max-bytes.
            ReadCacheSettings roomy = ReadCacheSettings.DEFAULT.withMaxBytes(Long.MAX_VALUE);
            return ConfiguredSettings.of("durable-streams.reader.cache", roomy)
                    .withBytes("max-answer-bytes", maxAnswerBytes, ReadCacheSettings::withMaxAnswerBytes)
                    .with("max-bytes", maxBytes.toBytes(), ReadCacheSettings::withMaxBytes)
                    .get();
        }
    }

    /**
     * The producer bean, and the defaults of other producers.
     *
     * @param stream Path or URL of the stream that the producer bean writes to. There is no producer bean when not set.
     * @param id Identity that the producer bean writes under. Only one writer at a time may use it. When not set, each
     *     start of the application generates a new identity. An application that restarts under the same identity needs a
     *     higher epoch than before, an epoch store, or "auto-claim".
     * @param epoch Incarnation of the identity to start with. With an epoch store, the lowest one to start with.
     * @param sequence Number of the first batch in the epoch. Only for a writer that knows that all lower numbers are
     *     stored, and that no batch with this number can still be in flight.
     * @param epochStore the store of the epochs to start with.
     * @param autoClaim Whether to continue under the next epoch, instead of failing, when another incarnation of the same
     *     identity exists or the server has lost its state of the producer. Only for a fixed identity that a single
     *     instance of the application uses.
     * @param onFenced Reaction when another incarnation of the same identity exists. Depends on "auto-claim" when not set.
     * @param onSequenceGap Reaction when the server has lost its state of the producer. Depends on "auto-claim" when not
     *     set.
     * @param acceptReplays Whether a batch that the server reports as stored before counts as success although this
     *     producer has not sent it before. Only for writers that replay the same input in the same batches.
     * @param linger Longest time that a message waits for other messages to share its batch.
     * @param maxBatchBytes Size limit of a batch. A larger message is sent in a batch of its own.
     * @param maxBatchItems Largest number of messages in a batch. Unlimited when not set.
     * @param maxInFlight Largest number of batches in flight.
     * @param maxBufferedBytes Size limit of all accepted messages whose outcome is not yet known.
     * @param maxBlock Longest wait of an append for room in the buffer.
     * @param deliveryTimeout Longest time from the acceptance of a message to its outcome. Must be longer than "linger".
     * @param requestTimeout Longest wait for the response to one attempt.
     * @param backoff the waits between attempts.
     */
    public record Producer(
            @Nullable String stream,
            @Nullable String id,
            @DefaultValue("0") long epoch,
            @DefaultValue("0") long sequence,
            @DefaultValue EpochStoreFile epochStore,
            @DefaultValue("false") boolean autoClaim,
            @Nullable ClaimPolicy onFenced,
            @Nullable ClaimPolicy onSequenceGap,
            @DefaultValue("false") boolean acceptReplays,
            @DefaultValue("5ms") Duration linger,
            @DefaultValue("1MB") DataSize maxBatchBytes,
            @Nullable Integer maxBatchItems,
            @DefaultValue("5") int maxInFlight,
            @DefaultValue("32MB") DataSize maxBufferedBytes,
            @DefaultValue("60s") Duration maxBlock,
            @DefaultValue("2m") Duration deliveryTimeout,
            @DefaultValue("30s") Duration requestTimeout,
            @DefaultValue BackoffDelays backoff) {

        ProducerSettings toSettings() {
            // delivery-timeout is set first, because linger must be below it.
            ProducerSettings hasty = ProducerSettings.DEFAULT.withLinger(Duration.ZERO);
            return ConfiguredSettings.of("durable-streams.producer", hasty)
                    .with("delivery-timeout", deliveryTimeout, ProducerSettings::withDeliveryTimeout)
                    .with("epoch", epoch, ProducerSettings::withEpoch)
                    .with("sequence", sequence, ProducerSettings::withSequence)
                    .with("auto-claim", autoClaim, ProducerSettings::withAutoClaim)
                    .with("on-fenced", onFenced, ProducerSettings::withOnFenced)
                    .with("on-sequence-gap", onSequenceGap, ProducerSettings::withOnSequenceGap)
                    .with("accept-replays", acceptReplays, ProducerSettings::withAcceptReplays)
                    .with("linger", linger, ProducerSettings::withLinger)
                    .withBytes("max-batch-bytes", maxBatchBytes, ProducerSettings::withMaxBatchBytes)
                    .with("max-batch-items", maxBatchItems, ProducerSettings::withMaxBatchItems)
                    .with("max-in-flight", maxInFlight, ProducerSettings::withMaxInFlight)
                    .with("max-buffered-bytes", maxBufferedBytes.toBytes(), ProducerSettings::withMaxBufferedBytes)
                    .with("max-block", maxBlock, ProducerSettings::withMaxBlock)
                    .with("request-timeout", requestTimeout, ProducerSettings::withRequestTimeout)
                    .get()
                    .withBackoff(backoff.toBackoff("durable-streams.producer.backoff"));
        }
    }

    /**
     * The waits between attempts, each drawn at random from zero to a bound that grows.
     *
     * @param initialDelay Longest wait before the first retry.
     * @param maxDelay Longest wait before any retry, unless the server asks for a longer one.
     * @param multiplier Growth of the longest wait from one retry to the next.
     */
    public record BackoffDelays(
            @DefaultValue("100ms") Duration initialDelay,
            @DefaultValue("15s") Duration maxDelay,
            @DefaultValue("2") double multiplier) {

        Backoff toBackoff(String prefix) {
            // initial-delay is set first, because it must not exceed max-delay.
            Backoff roomy = Backoff.DEFAULT.withMaxDelay(Duration.ofNanos(Long.MAX_VALUE));
            return ConfiguredSettings.of(prefix, roomy)
                    .with("initial-delay", initialDelay, Backoff::withInitialDelay)
                    .with("max-delay", maxDelay, Backoff::withMaxDelay)
                    .with("multiplier", multiplier, Backoff::withMultiplier)
                    .get();
        }
    }

    /**
     * The store of the epochs that producers start with.
     *
     * @param file File that keeps the epochs of all producers with a fixed identity, so that a restarted application
     *     starts above them. Epochs are not kept when not set. Not used if there is an EpochStore bean.
     */
    public record EpochStoreFile(@Nullable Path file) {}

    /**
     * The embedded server. It keeps its streams in memory unless there is a StreamStore bean.
     *
     * @param host Address to listen on.
     * @param port Port to listen on. Any free port when 0.
     * @param basePath Path under which the server serves its streams.
     * @param longPollTimeout Longest time that the server holds a long-poll without data.
     * @param sseRotation Lifetime of a connection of server-sent events. Its reader then opens another one.
     * @param maxRequestBytes Size limit of a request body.
     * @param cors Whether pages of every origin may read and delete streams from a browser.
     */
    public record Server(
            @DefaultValue("127.0.0.1") String host,
            @DefaultValue("0") int port,
            @DefaultValue("/v1/stream") String basePath,
            @DefaultValue("30s") Duration longPollTimeout,
            @DefaultValue("60s") Duration sseRotation,
            @DefaultValue("64MB") DataSize maxRequestBytes,
            @DefaultValue("false") boolean cors) {}
}
