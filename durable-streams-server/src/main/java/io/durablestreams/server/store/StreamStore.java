package io.durablestreams.server.store;

import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;

/**
 * Keeps streams. This is what an application implements to have them kept somewhere else; the handler on top of it
 * holds no state of its own, so that several servers can share one store.
 *
 * <p><b>Paths</b> name streams. They are normalised and still percent-encoded, begin with a slash and are otherwise
 * opaque: {@code /a%2Fb} and {@code /a/b} are two streams.
 *
 * <p><b>Truth.</b> Only the store holds it. An append, the state of its producer, {@code Stream-Seq} and the closed flag
 * are committed as one unit or not at all, and appends to one stream are decided and committed one after the other:
 * the store loads an {@link AppendState}, asks {@link AppendVerdict#decide} and commits what was accepted, with nothing
 * in between. Once a {@link #append} has completed, every later {@link #read}, on any node, sees it, and it is as
 * durable as the store promises. What a read returns never changes afterwards.
 *
 * <p><b>Offsets</b> are tokens that the store mints: for one stream each append gets a greater one, byte by byte, than
 * all before it; they are URL-safe, below 256 characters, have no {@code , & = ? /} in them and are never
 * {@code -1} or {@code now}. Nobody else looks inside.
 *
 * <p><b>Expiry.</b> A stream whose {@link StreamConfig#expiresAt()} has come, or whose {@link StreamConfig#ttl()} has
 * passed since it was last used, is absent for every method. Creation, an accepted append, every read and a watch are
 * uses; {@link #info}, a refused append and a {@link #create} that found the stream there are not. While it is watched, the
 * TTL of a stream does not run out; it starts anew when the last watch ends. A watch does not bring back
 * what has expired.
 *
 * <p><b>Calls.</b> Nothing happens before a {@code Mono} is subscribed to, and each subscription does it again. Results
 * may arrive on any thread, but a subscription must not block. Cancelling may or may not prevent the effect.
 * {@link StreamAbsentException} and {@link StreamDeletedException} come from every method that needs the stream; any
 * other error means that the store has failed and the outcome is unknown.
 */
public interface StreamStore {

    /**
     * Creates a stream unless there is one.
     *
     * @return the new stream, or the one that was there. Of several concurrent creations exactly one creates. Fails with
     *     {@link StreamDeletedException} when the path is still held by the remains of a deleted stream.
     */
    Mono<CreateResult> create(String path, StreamCreation creation);

    /** Appends to a stream, closes it, or both, or tells why not. */
    Mono<AppendResult> append(String path, StreamAppend append);

    /**
     * Reads on from an offset.
     *
     * @param offset a token of this stream, {@link Offset#BEGINNING}, or {@link Offset#NOW} for an empty page at the
     *     tail. A token behind the tail (which a stream that was re-created can see) gives an empty page, too.
     * @param maxBytes how much the page may hold. A page ends behind a whole append; it has as many appends as fit, and
     *     at least one if there is one.
     * @return a page whose content, position and flags belong to one moment. Fails with {@link InvalidOffsetException}
     *     or {@link OffsetGoneException} when the offset cannot be read from.
     */
    Mono<StreamPage> read(String path, Offset offset, int maxBytes);

    /** Returns what there is to know of a stream, without using it. */
    Mono<StreamInfo> info(String path);

    /** Deletes a stream with all that belongs to it. */
    Mono<Void> delete(String path);

    /**
     * Calls back whenever there may be something new at a path: after a creation, an append, a close, a
     * deletion.
     *
     * <p>A call carries no data and may come at any time, on any thread, late, for nothing, or once for many appends. It
     * may also get lost where the store learns of changes from elsewhere; readers look again after a while by
     * themselves. It must not get lost between a change and a watch of the same store object: a change that
     * {@link #read} does not show yet when it is called after this method has returned leads to a call.
     *
     * @param path a path, at which there need not be a stream
     * @param listener must be quick and must not throw
     * @return ends the watch
     */
    Disposable watch(String path, Runnable listener);
}
