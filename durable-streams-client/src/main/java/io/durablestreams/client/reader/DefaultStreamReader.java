package io.durablestreams.client.reader;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.exchange.StreamRequests;
import io.durablestreams.client.message.ItemType;
import io.durablestreams.client.metrics.GuardedRecorder;
import io.durablestreams.client.metrics.ReadMetricsRecorder;
import io.durablestreams.client.reader.ReadSession.Reactions;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.reader.ReadPolicy;

/** The configuration of a reader. Every subscription creates a {@link ReadSession}. */
final class DefaultStreamReader<T> implements StreamReader<T> {

    private final URI url;
    private final StreamRequests requests;
    private final GuardedRecorder<ReadMetricsRecorder> metrics;
    private final ItemType<T> itemType;
    private final Start<T> start;

    /** The offset, the mode and the settings with which a session starts, and its reactions to failures. */
    record Start<T>(Offset offset, LiveMode live, ReaderSettings settings, Reactions<T> reactions) {}

    DefaultStreamReader(
            URI url,
            StreamRequests requests,
            GuardedRecorder<ReadMetricsRecorder> metrics,
            ItemType<T> itemType,
            Start<T> start) {
        this.url = url;
        this.requests = requests;
        this.metrics = metrics;
        this.itemType = itemType;
        this.start = start;
    }

    @Override
    public StreamReader<T> from(Offset offset) {
        return with(new Start<>(offset, start.live(), start.settings(), start.reactions()));
    }

    @Override
    public StreamReader<T> live(LiveMode mode) {
        return with(new Start<>(start.offset(), mode, start.settings(), start.reactions()));
    }

    @Override
    public StreamReader<T> settings(ReaderSettings settings) {
        return with(new Start<>(start.offset(), start.live(), settings, start.reactions()));
    }

    @Override
    public StreamReader<T> onError(ReadRecovery recovery) {
        return with(new Reactions<>(recovery, start.reactions().unreadable()));
    }

    @Override
    public StreamReader<T> onUnreadable(UnreadableMessageHandler<? extends T> handler) {
        return with(new Reactions<>(start.reactions().recovery(), handler));
    }

    private StreamReader<T> with(Reactions<T> reactions) {
        return with(new Start<>(start.offset(), start.live(), start.settings(), reactions));
    }

    private StreamReader<T> with(Start<T> start) {
        return new DefaultStreamReader<>(url, requests, metrics, itemType, start);
    }

    @Override
    public Flux<Batch<T>> batches() {
        return batches(start.live()).onErrorStop();
    }

    @Override
    public Flux<T> items() {
        return items(batches(start.live())).onErrorStop();
    }

    /** Requests a batch only when an item is requested. An error does not overtake earlier items. */
    private static <R> Flux<R> items(Flux<Batch<R>> batches) {
        return batches.concatMapDelayError(batch -> Flux.fromIterable(batch.items()), true, 0);
    }

    @Override
    public BatchIterator<T> iterate() {
        return new DefaultBatchIterator<>(batches());
    }

    @Override
    public Mono<List<T>> collect() {
        return items(batches(LiveMode.OFF)).collectList().onErrorStop();
    }

    @Override
    public Mono<byte[]> body() {
        return joined().onErrorStop();
    }

    @Override
    public Mono<String> text() {
        return joined().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).onErrorStop();
    }

    private Flux<Batch<T>> batches(LiveMode live) {
        return Flux.defer(() -> session(itemType, live, start.reactions()).batches());
    }

    private Mono<byte[]> joined() {
        return Mono.defer(() -> {
            // Bytes are not interpreted, so that every message can be read.
            Reactions<byte[]> reactions = new Reactions<>(start.reactions().recovery(), null);
            ReadSession<byte[]> session = session(itemType.asBytes(), LiveMode.OFF, reactions);
            return items(session.batches())
                    .collectList()
                    .map(items -> session.format().join(items));
        });
    }

    private <R> ReadSession<R> session(ItemType<R> type, LiveMode live, Reactions<R> reactions) {
        ReaderSettings settings = start.settings();
        ReaderSettings.Retries retries = settings.retries();
        ReaderSettings.Restarts restarts = settings.restarts();
        ReadPolicy policy = new ReadPolicy(
                live,
                retries.maxRetries(),
                retries.maxLiveRetries(),
                retries.maxRetryAfter(),
                retries.backoff(),
                restarts.whenGone(),
                restarts.whenRecreated());
        return new ReadSession<>(
                new ReadRequests(url, requests, metrics, settings), type, policy, start.offset(), reactions);
    }
}
