package io.durablestreams.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import io.durablestreams.client.ConnectionSettings;
import io.durablestreams.client.ProducerSettings;
import io.durablestreams.client.ReadCacheSettings;
import io.durablestreams.client.ReaderSettings;
import io.durablestreams.client.RequestSettings;
import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.producer.ClaimPolicy;
import io.durablestreams.protocol.reader.RestartPolicy;

/**
 * The keys below {@code durable-streams}. Values are checked when the client is made; a bad one fails the start with its
 * key.
 *
 * @param url URL of the server's streams, such as "http://localhost:4437/v1/stream". When not set, an embedded server is
 *     started if the server module is on the class path.
 * @param headers HTTP headers to send with every request, such as "Authorization".
 * @param ssl TLS towards the server.
 * @param request requests that the server answers at once.
 * @param reader reads.
 * @param producer the producer bean, and what other producers start with.
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

    ConnectionSettings toConnectionSettings() {
        return ConfiguredSettings.of("durable-streams", ConnectionSettings.DEFAULT)
                .with("request.max-connections", request.maxConnections(), ConnectionSettings::withMaxConnections)
                .with(
                        "reader.max-live-connections",
                        reader.maxLiveConnections(),
                        ConnectionSettings::withMaxLiveConnections)
                .get();
    }

    /**
     * TLS towards the server.
     *
     * @param bundle Name of the SSL bundle to connect with, which overrides "spring.http.clients.ssl.bundle".
     */
    public record Ssl(@Nullable String bundle) {}

    /**
     * Requests that the server answers at once.
     *
     * @param timeout Longest wait for the answer to a create, head, append, close or delete request, for each attempt.
     * @param maxRetries Number of times that a failed create, head, append, close or delete request is repeated, if that is safe.
     * @param backoff the waits between the attempts.
     * @param maxConnections Number of connections for everything but live reads.
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
     * @param requestTimeout Longest wait for an answer that the server gives at once, and between two parts of it.
     * @param longPollTimeout Longest wait for the answer to a long-poll, which the server holds back for up to 30s.
     * @param sseIdleTimeout Longest silence of a connection of server-sent events before it is opened anew. Must be
     *     longer than the server lets a connection live, usually 60s.
     * @param partBytes Size from which the content of one answer is delivered in several batches.
     * @param maxMessageBytes Size of the largest JSON message or server-sent event that is read.
     * @param maxRetries Number of times in a row that a failing catch-up read is retried.
     * @param maxLiveRetries Number of times in a row that a failing live read is retried. Unlimited when not set.
     * @param backoff the waits between the attempts.
     * @param maxLiveConnections Number of connections for live reads. Every live read in progress needs one.
     * @param whenGone What a reader does when the server has dropped what is behind its position.
     * @param whenRecreated What a reader does when the stream was deleted and created anew.
     * @param cache what was read, kept for the next reader of the same.
     */
    public record Reader(
            @DefaultValue("30s") Duration requestTimeout,
            @DefaultValue("60s") Duration longPollTimeout,
            @DefaultValue("90s") Duration sseIdleTimeout,
            @DefaultValue("256KB") DataSize partBytes,
            @DefaultValue("16MB") DataSize maxMessageBytes,
            @DefaultValue("5") int maxRetries,
            @Nullable Integer maxLiveRetries,
            @DefaultValue BackoffDelays backoff,
            @DefaultValue("500") int maxLiveConnections,
            @DefaultValue("fail") RestartPolicy whenGone,
            @DefaultValue("fail") RestartPolicy whenRecreated,
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
                    .with("when-gone", whenGone, ReaderSettings::withWhenGone)
                    .with("when-recreated", whenRecreated, ReaderSettings::withWhenRecreated)
                    .get()
                    .withBackoff(backoff.toBackoff("durable-streams.reader.backoff"));
        }
    }

    /**
     * What was read, kept for the next reader of the same.
     *
     * @param enabled Whether to keep in memory what catch-up reads have read, so that the next reader of the same history
     *     need not download it again. The server is asked before each use. Needs Caffeine on the class path.
     * @param maxBytes Size limit of all that is kept.
     * @param maxAnswerBytes Size of the largest answer that is kept.
     */
    public record Cache(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("64MB") DataSize maxBytes,
            @DefaultValue("8MB") DataSize maxAnswerBytes) {

        ReadCacheSettings toSettings() {
            // The smaller one first: it must fit into the larger one.
            ReadCacheSettings roomy = ReadCacheSettings.DEFAULT.withMaxBytes(Long.MAX_VALUE);
            return ConfiguredSettings.of("durable-streams.reader.cache", roomy)
                    .withBytes("max-answer-bytes", maxAnswerBytes, ReadCacheSettings::withMaxAnswerBytes)
                    .with("max-bytes", maxBytes.toBytes(), ReadCacheSettings::withMaxBytes)
                    .get();
        }
    }

    /**
     * The producer bean, and what other producers start with.
     *
     * @param stream Path or URL of the stream that the producer bean writes to. There is no such bean when not set.
     * @param id Identity that the producer bean writes under, for one writer at a time. When not set, it is made up
     *     anew at every start. An application that comes back under the same identity needs a higher epoch than before,
     *     an epoch store, or "auto-claim".
     * @param epoch Incarnation of the identity to start with; with an epoch store, the least one.
     * @param sequence Number of the first batch in that epoch. Right only for a writer that knows that those below it are
     *     stored, and that no batch with this number can still be under way.
     * @param epochStore where producers find the epoch to start with.
     * @param autoClaim Whether to go on under the next epoch, instead of failing, when another incarnation of the same
     *     identity is found or the server has lost what it knew of the producer. Right for a fixed identity that only one
     *     instance of the application uses.
     * @param onFenced What to do when another incarnation of the same identity is found. As "auto-claim" says when not
     *     set.
     * @param onSequenceGap What to do when the server has lost what it knew of the producer. As "auto-claim" says when not
     *     set.
     * @param acceptReplays Whether the answer that a message was stored before counts as success although this producer
     *     has not sent it before. Right only for writers that replay the same input in the same batches.
     * @param linger Longest wait of a message for others to share its batch.
     * @param maxBatchBytes Size limit of a batch, exceeded only by a single message that is larger.
     * @param maxBatchItems Limit of messages in a batch. Unlimited when not set.
     * @param maxInFlight Number of batches under way at the same time.
     * @param maxBufferedBytes Size limit of all messages accepted and not yet stored.
     * @param maxBlock Longest wait of an append for room in the buffer.
     * @param deliveryTimeout Longest time from the acceptance of a message to its outcome.
     * @param requestTimeout Longest wait for an answer, for each attempt.
     * @param backoff the waits between the attempts.
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
            // The longer one first: linger must be below it.
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
     * @param maxDelay Longest wait before any retry, unless the server asks for more.
     * @param multiplier Growth of the longest wait from one retry to the next.
     */
    public record BackoffDelays(
            @DefaultValue("100ms") Duration initialDelay,
            @DefaultValue("10s") Duration maxDelay,
            @DefaultValue("2") double multiplier) {

        Backoff toBackoff(String prefix) {
            // The first delay first: it must not exceed the greatest.
            Backoff roomy = Backoff.DEFAULT.withMaxDelay(Duration.ofNanos(Long.MAX_VALUE));
            return ConfiguredSettings.of(prefix, roomy)
                    .with("initial-delay", initialDelay, Backoff::withInitialDelay)
                    .with("max-delay", maxDelay, Backoff::withMaxDelay)
                    .with("multiplier", multiplier, Backoff::withMultiplier)
                    .get();
        }
    }

    /**
     * Where producers find the epoch to start with.
     *
     * @param file File that keeps the epochs of all producers with a fixed identity, so that the application starts above
     *     them when it comes back. There is no such file when not set, or when there is an EpochStore bean.
     */
    public record EpochStoreFile(@Nullable Path file) {}

    /**
     * The embedded server, which keeps its streams in memory unless there is a bean that keeps them elsewhere.
     *
     * @param host Address to listen on.
     * @param port Port to listen on, where 0 stands for any free one.
     * @param basePath Path under which the streams are.
     * @param longPollTimeout Longest time that a long-poll is held back until there is data.
     * @param sseRotation Lifetime of a connection of server-sent events, after which its reader opens another one.
     * @param maxRequestBytes Size limit of the body of a request.
     * @param cors Whether pages of every origin may use the server from a browser, to read and to delete.
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
