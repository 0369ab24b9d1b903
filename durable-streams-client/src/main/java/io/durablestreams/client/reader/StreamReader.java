package io.durablestreams.client.reader;

import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.InvalidOffsetException;
import io.durablestreams.client.error.StreamContentException;
import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.UnreadableMessageException;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

/**
 * Reads one stream from an offset, up to its present end or live (protocol §5.6 to §5.8).
 *
 * <p>A reader is immutable. Its methods return variants of it, or publishers.
 *
 * <ul>
 *   <li>Subscription: every publisher is cold. Each subscription is an independent session that starts at the
 *       configured offset. A session has at most one request in flight, and sends the next request only when there is
 *       demand.
 *   <li>Backpressure: bytes are read from the socket as batches are requested. A slow subscriber slows the server down,
 *       and does not fill the memory.
 *   <li>Cancellation: aborts the exchange.
 *   <li>Threads: signals arrive on threads that must not be blocked (the client's event loops, or Reactor's parallel
 *       scheduler), or on the thread that requests more.
 *   <li>Transient failures (no connection, a broken connection, 408, 429, and 5xx except 501) are retried from the last
 *       position, as {@link ReaderSettings} say. The read fails at once if the server asks for a longer wait than {@link
 *       ReaderSettings.Retries#maxRetryAfter()}. Answers that are not HTTP, or whose chunks are invalid, are retried {@link
 *       ReaderSettings.Retries#maxRetries()} times, also in a live mode. No item is delivered twice within a session, unless {@link
 *       ReaderSettings#restarts()} restarts it at the beginning.
 *   <li>Other failures are signalled as {@link DurableStreamException}s, for example {@link StreamNotFoundException},
 *       {@link StreamGoneException}, {@link InvalidOffsetException}, {@link StreamContentException} and {@link
 *       StreamProtocolException}.
 * </ul>
 *
 * @param <T> the type of the items
 */
public interface StreamReader<T> {

    /**
     * Returns a reader that starts at an offset. The default is {@link Offset#BEGINNING}.
     *
     * @param offset an offset from {@link Batch#nextOffset()}, {@link Offset#BEGINNING} or {@link Offset#NOW}
     */
    StreamReader<T> from(Offset offset);

    /**
     * Returns a reader that continues in the given mode when it has caught up. The default is {@link LiveMode#OFF}.
     *
     * @param mode the live mode
     */
    StreamReader<T> live(LiveMode mode);

    /**
     * Returns a reader with other settings. The default is the client's settings.
     *
     * @param settings the settings
     */
    StreamReader<T> settings(ReaderSettings settings);

    /**
     * Returns a reader that asks the application how to continue before a failed request ends it. By default it fails.
     *
     * @param recovery the decision about failed requests
     */
    StreamReader<T> onError(ReadRecovery recovery);

    /**
     * Returns a reader that asks the application about each message of a JSON stream that cannot be read as the type of
     * the items: to fail, to skip the message, or to deliver another item. By default {@link
     * ReaderSettings#whenUnreadable()} decides, which is to fail with an {@link UnreadableMessageException}.
     *
     * @param handler the decision about messages
     */
    StreamReader<T> onUnreadable(UnreadableMessageHandler<? extends T> handler);

    /**
     * Returns the batches, each with the offset to resume from.
     *
     * <ul>
     *   <li>Without live mode, the flux completes with the first batch that is up to date.
     *   <li>In a live mode, it completes when the stream is closed and its end is reached.
     *   <li>If a message cannot be read, or the content is malformed from some place on, the messages before it are
     *       delivered before the failure. Their batch has the offset from before the response, as other parts of a
     *       response do. Except: the offset from after the response, if the read began with this response at {@link
     *       Offset#NOW}.
     *   <li>If there are no new items when the tail is reached, it emits one batch without items.
     * </ul>
     */
    Flux<Batch<T>> batches();

    /**
     * Returns the items without their offsets, otherwise like {@link #batches()}. The next batch is requested when the
     * items of the previous batch have been consumed. All items that were read before a failure are delivered before
     * the failure.
     */
    Flux<T> items();

    /**
     * Returns an iterator over the batches of a new read, for a thread that may block. It requests one batch at a time,
     * and must be closed. Use it instead of {@code batches().toStream()}, which requests 256 batches ahead, and keeps the
     * connection open if it is not closed.
     */
    BatchIterator<T> iterate();

    /** Returns all items up to the present end of the stream, regardless of the live mode. */
    Mono<List<T>> collect();

    /**
     * Returns all bytes up to the present end of the stream, regardless of the live mode and the item type. The bytes
     * of a JSON stream are one array of all messages. The limits of the mapper do not apply.
     */
    Mono<byte[]> body();

    /** Returns {@link #body()} as UTF-8 text. */
    Mono<String> text();
}
