package io.durablestreams.client.reader;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

/**
 * Reads one stream from an offset, to its present end or for as long as it lives (protocol §5.6 to §5.8).
 *
 * <p>A reader is immutable; its methods return variants or publishers. Every publisher is cold: each subscription is a
 * session of its own that starts at the configured offset, has at most one request under way, and sends the next one
 * only when more is asked for. Bytes are taken from the socket as batches are requested, so a slow subscriber slows the
 * server down instead of filling memory. Cancelling aborts the exchange. Signals come on threads that must not be
 * blocked, the client's event loops and timers, or on the one that asks for more.
 *
 * <p>What is transient (no connection, a cut connection, 5xx, 408, 429) is retried from the last position as
 * {@link ReaderSettings} say and is not seen by the subscriber; nothing is delivered twice within one session. Every
 * other failure is signalled as a {@link io.durablestreams.client.error.DurableStreamException}, among them {@link io.durablestreams.client.error.StreamNotFoundException},
 * {@link io.durablestreams.client.error.StreamGoneException}, {@link io.durablestreams.client.error.InvalidOffsetException} and {@link io.durablestreams.client.error.StreamProtocolException}.
 *
 * @param <T> the type of the items
 */
public interface StreamReader<T> {

    /** Returns a reader that starts at an offset: one from {@link Batch#nextOffset()}, or one of the sentinels. */
    StreamReader<T> from(Offset offset);

    /** Returns a reader that goes on as the mode says once it has caught up. The default is {@link LiveMode#OFF}. */
    StreamReader<T> live(LiveMode mode);

    /** Returns a reader with other settings. */
    StreamReader<T> settings(ReaderSettings settings);

    /** Returns a reader that asks how to go on before a failed request ends it. */
    StreamReader<T> onError(ReadRecovery recovery);

    /**
     * Reads batches, each with the offset to resume from.
     *
     * <p>Without live mode the flux completes with the first batch that is up to date; in a live mode only when the
     * stream is closed. Reaching the tail with nothing to deliver yields one batch without items.
     */
    Flux<Batch<T>> batches();

    /**
     * Reads items, without their offsets, as {@link #batches()} does. The next batch is asked for when the items of the
     * one before have been taken, and no failure overtakes them.
     */
    Flux<T> items();

    /** Reads all items up to the present end of the stream, whatever the live mode. */
    Mono<List<T>> collect();

    /**
     * Reads all bytes up to the present end of the stream, whatever the live mode and the item type. The bytes of a JSON
     * stream are one array of all its messages.
     */
    Mono<byte[]> body();

    /** Reads {@link #body()} as UTF-8 text. */
    Mono<String> text();
}
