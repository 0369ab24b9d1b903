package io.durablestreams.server.store;

import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;

/**
 * Keeps streams. An application implements this interface to keep streams elsewhere than in memory. The handler keeps
 * no state of streams itself, so several servers can share one store.
 *
 * <p><b>Paths</b> name streams. A path is normalised and percent-encoded, begins with a slash, and is otherwise opaque:
 * {@code /a%2Fb} and {@code /a/b} are two streams.
 *
 * <p><b>Consistency.</b>
 *
 * <ul>
 *   <li>An append, the state of its producer, {@code Stream-Seq} and the closed flag are committed as one unit, or not
 *       at all.
 *   <li>Appends to one stream are decided and committed one after the other. For each append, the store loads an
 *       {@link AppendState}, calls {@link AppendVerdict#decide}, and commits an accepted append. No other change of the
 *       stream happens in between.
 *   <li>When an {@link #append} has completed, every later {@link #read}, on any node, returns its content. The content
 *       is as durable as the store promises.
 *   <li>Content that a read has returned never changes.
 * </ul>
 *
 * <p><b>Offsets</b> are tokens that only the store interprets (protocol §8). In one stream, each append has a greater
 * offset, byte by byte, than all earlier appends. An offset is URL-safe, has fewer than 256 characters and none of
 * {@code , & = ? /}, and is never {@code -1} or {@code now}.
 *
 * <p><b>Expiry.</b> An expired stream is absent for every method. A stream expires at {@link StreamConfig#expiresAt()},
 * or when it was not used for {@link StreamConfig#ttl()}.
 *
 * <ul>
 *   <li>Uses are the creation, an accepted append, every read and a watch.
 *   <li>{@link #info}, a refused append and a {@link #create} of an existing stream are not uses.
 *   <li>While a stream is watched, its TTL does not elapse. The TTL starts again when the last watch ends.
 *   <li>A watch does not revive an expired stream.
 * </ul>
 *
 * <p><b>Forks</b> begin with content of another stream, their source (protocol §4.2).
 *
 * <ul>
 *   <li>From its creation on, a fork is a stream like any other. It shares the offsets below its beginning with the
 *       source, and nothing else: neither later appends, nor producers, nor {@code Stream-Seq}, nor the closed flag.
 *   <li>A source that is deleted or expires while a fork of it exists leaves its remains at its path. They cannot be
 *       read, appended to or replaced.
 *   <li>The remains are removed when the last fork of the source is deleted, has expired or is removed itself. This may
 *       happen later.
 * </ul>
 *
 * <p><b>Calls.</b> Every {@code Mono} is cold: each subscription performs the operation. A subscription must not block.
 * Results may arrive on any thread. Cancelling may or may not prevent the effect. All methods may be called from any
 * thread, and at the same time.
 *
 * <p><b>Errors.</b> Every method except {@link #create} and {@link #watch} fails with {@link StreamAbsentException} if
 * no stream exists at the path, and with {@link StreamDeletedException} if only the remains of a deleted stream exist.
 * Every exception other than a {@link StreamStoreException} means that the store has failed, and that the outcome is
 * unknown.
 */
public interface StreamStore {

    /**
     * Creates a stream, or returns the existing one unchanged (protocol §5.1). Of several concurrent calls for one
     * path, exactly one creates the stream.
     *
     * <p>Fails with {@link StreamDeletedException} if the remains of a deleted stream occupy the path. If a fork is to be
     * created, also fails in these cases, without an effect on the source:
     *
     * <ul>
     *   <li>{@link StreamAbsentException}: there is no source.
     *   <li>{@link StreamDeletedException}: only the remains of the source exist.
     *   <li>{@link ForkConflictException}: the content type of the fork is not that of the source.
     *   <li>{@link InvalidOffsetException}: the offset is not one of the source, or is beyond its tail.
     *   <li>{@link InvalidForkException}: the sub-offset exceeds the append that begins at the offset.
     * </ul>
     *
     * @param path the path of the stream
     * @param creation the configuration and the first content
     * @return the stream, and whether this call has created it
     */
    Mono<CreateResult> create(String path, StreamCreation creation);

    /**
     * Appends to a stream, closes it, or both (protocol §5.2, §5.3). A refusal is a result, not an error.
     *
     * @param path the path of the stream
     * @param append the request
     * @return the verdict, and the state of the stream after the operation
     */
    Mono<AppendResult> append(String path, StreamAppend append);

    /**
     * Reads the content after an offset (protocol §5.6).
     *
     * <p>Fails with {@link InvalidOffsetException} if the offset is not one of the stream, and with
     * {@link OffsetGoneException} if the store no longer has the content at the offset.
     *
     * @param path the path of the stream
     * @param offset an offset of this stream, {@link Offset#BEGINNING}, or {@link Offset#NOW} for an empty page at the
     *     tail. An offset beyond the tail gives an empty page, too. Such offsets occur when a stream was recreated.
     * @param maxBytes the size limit of the page's content, in bytes. A page consists of complete appends: as many as
     *     the limit allows, and at least one if the stream has one after the offset.
     * @return a page whose content, position and flags belong to one moment
     */
    Mono<StreamPage> read(String path, Offset offset, int maxBytes);

    /**
     * Returns the state of a stream. This is not a use of the stream, and does not extend its life (protocol §5.5).
     *
     * @param path the path of the stream
     */
    Mono<StreamInfo> info(String path);

    /**
     * Deletes a stream with its content, configuration and producers (protocol §5.4). Its forks keep their content.
     *
     * @param path the path of the stream
     * @return completes when the stream is deleted
     */
    Mono<Void> delete(String path);

    /**
     * Calls a listener after changes at a path: a creation, an append, a close or a deletion. The watch begins before
     * this method returns. This method must not block.
     *
     * <p>A call is only a signal that a read may return something new:
     *
     * <ul>
     *   <li>Calls may arrive late, on any thread and at the same time. A call may be spurious, and one call may stand
     *       for several changes.
     *   <li>The signal of a change that was made through another store object may get lost. Readers therefore read
     *       again after some time without a signal.
     *   <li>The signal of a change that was made through this store object must not get lost: if a {@link #read} after
     *       the return of this method does not return the change, the listener is called.
     * </ul>
     *
     * @param path a path; a stream need not exist there
     * @param listener must be quick and must not throw
     * @return ends the watch when disposed; a call that is already running may still finish
     */
    Disposable watch(String path, Runnable listener);
}
