package io.durablestreams.protocol;

import java.util.List;

/**
 * Items that a reader delivered together, in stream order, with the offset to resume from.
 *
 * <p>{@link #nextOffset()} is the checkpoint. A subscriber that saves this offset after processing the batch, and later
 * resumes there, misses no items. The checkpoint is never ahead of the delivered items.
 *
 * <p>A large response is delivered in several batches. All of them except the last have the offset at which the
 * response begins, so resuming from one of them repeats items and loses none.
 *
 * <p>A reader that reaches the tail without new items delivers one empty batch.
 *
 * @param items the items, in order; may be empty
 * @param nextOffset the offset to resume from after this batch has been processed; never {@link Offset#NOW}
 * @param upToDate whether the stream had no further data when the server answered
 * @param streamClosed whether the stream is closed and this batch reaches its end, so that no batch follows
 * @param <T> the type of the items
 */
public record Batch<T>(List<T> items, Offset nextOffset, boolean upToDate, boolean streamClosed) {

    /** @throws IllegalArgumentException if {@code nextOffset} is {@link Offset#NOW} */
    public Batch {
        items = List.copyOf(items);
        if (nextOffset.equals(Offset.NOW)) {
            throw new IllegalArgumentException("'now' is not a position to resume from");
        }
    }

    /** Returns whether this batch has no items and only reports the position of the reader. */
    public boolean isEmpty() {
        return items.isEmpty();
    }
}
