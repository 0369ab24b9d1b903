package io.durablestreams.protocol;

import java.util.List;

/**
 * What one step of a read delivered: items in stream order and the place to go on from.
 *
 * <p>{@link #nextOffset()} is the checkpoint. Whoever has processed this batch, stores that offset and later resumes
 * there loses nothing. It never runs ahead of what was delivered; a response that had to be delivered in several
 * parts carries the offset of its beginning in every part but the last, so that resuming inside it repeats items
 * instead of losing them. A reader that reaches the tail with nothing to deliver yields one batch without items.
 *
 * @param items the items, in order; may be empty
 * @param nextOffset the offset to resume from once this batch has been processed
 * @param upToDate whether the stream held nothing more when the server answered
 * @param streamClosed whether the stream is closed and this batch reaches its end: nothing will ever follow
 * @param <T> the type of the items
 */
public record Batch<T>(List<T> items, Offset nextOffset, boolean upToDate, boolean streamClosed) {

    public Batch {
        items = List.copyOf(items);
        if (nextOffset.equals(Offset.NOW)) {
            throw new IllegalArgumentException("'now' is not a position to resume from");
        }
    }

    /** Whether this batch only tells where the reader stands. */
    public boolean isEmpty() {
        return items.isEmpty();
    }
}
