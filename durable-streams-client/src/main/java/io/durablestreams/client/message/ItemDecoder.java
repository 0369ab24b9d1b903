package io.durablestreams.client.message;

import java.nio.ByteBuffer;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Decodes items from the bodies of one session, as their bytes arrive.
 *
 * <p>A unit is a message of a JSON stream, or a byte of any other stream. A decoder is not thread-safe. After an
 * exception, {@link #take} returns the items before the malformed content, and then the decoder must begin again.
 *
 * @param <T> the type of the items
 */
public interface ItemDecoder<T> {

    /**
     * Begins with the content at the last committed position. Drops everything that was not committed.
     *
     * @param skip the number of units after that position that have already been delivered
     */
    void begin(long skip);

    /** Consumes the next bytes completely. */
    void feed(ByteBuffer bytes);

    /** Ends a body, or the data of an event. Another one may follow. Fails if it is incomplete. */
    void endBody();

    /** Returns the size of the complete items that have not been taken, in bytes. */
    int readyBytes();

    /** Returns the complete items that have not been taken. */
    Taken<T> take();

    /** All taken items were delivered. If the content is read again, they are among the units to skip. */
    default void delivered() {}

    /** Commits everything that was fed since the beginning, because the server has sent its end position. */
    void commit();

    /** Returns whether bytes are held back because they are an incomplete character. */
    boolean holdsBytes();

    /** Releases the bytes that are held back, because no data follows. */
    void flushHeld();

    /**
     * Decoded items.
     *
     * @param items the items that were not delivered before
     * @param fresh the number of units of these items
     * @param units the number of complete units, including skipped ones
     * @param unread the message after these items that could not be read, or null. Nothing after it is read
     */
    record Taken<T>(
            List<T> items, long fresh, long units, @Nullable Unread unread) {

        Taken(List<T> items, long fresh, long units) {
            this(items, fresh, units, null);
        }
    }

    /**
     * A message that could not be read, and whose failure ends the read.
     *
     * @param failure the failure
     * @param isLast whether no complete message follows
     */
    record Unread(Throwable failure, boolean isLast) {

        /** Throws the failure. */
        public RuntimeException raise() {
            if (failure instanceof Error error) {
                throw error;
            }
            throw failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
        }
    }
}
