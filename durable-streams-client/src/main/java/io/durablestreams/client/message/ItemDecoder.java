package io.durablestreams.client.message;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Makes items from the bodies of one session, as their bytes arrive.
 *
 * <p>A unit is a message of a JSON stream and a byte of any other. Not thread-safe; after an exception it must begin
 * anew.
 *
 * @param <T> the type of the items
 */
public interface ItemDecoder<T> {

    /**
     * Begins with the content at the last committed position, dropping what was not committed.
     *
     * @param skip how many units of it have been delivered already
     */
    void begin(long skip);

    /** Takes in the next bytes, all of them. */
    void feed(ByteBuffer bytes);

    /** Ends a body, or the payload of an event; another one may follow. Fails when it is incomplete. */
    void endBody();

    /** The bytes of items that are complete and not taken. */
    int readyBytes();

    /** Returns the complete items that have not been taken. */
    Taken<T> take();

    /** Commits to what was fed since the beginning: the server has said where it ends. */
    void commit();

    /** Whether bytes are held back because they are the beginning of a character. */
    boolean holdsBytes();

    /** Gives up waiting for the rest of what is held back: nothing will follow. */
    void flushHeld();

    /**
     * Items.
     *
     * @param items those that had not been delivered before
     * @param fresh the units they are
     * @param units the units that were complete, those to skip included
     */
    record Taken<T>(List<T> items, long fresh, long units) {

        static <T> Taken<T> none() {
            return new Taken<>(List.of(), 0, 0);
        }
    }
}
