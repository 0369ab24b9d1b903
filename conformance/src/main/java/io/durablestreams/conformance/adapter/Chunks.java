package io.durablestreams.conformance.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Batch;

/** The batches of a read as text. */
final class Chunks<T> {

    private final Function<List<T>, String> text;
    private final Supplier<String> rest;
    private final List<Chunk> chunks = new ArrayList<>();
    private @Nullable Batch<T> last;

    /** The content of one batch. */
    record Chunk(String data, String offset) {}

    /**
     * Creates an empty list.
     *
     * @param text makes text of the items of a batch
     * @param rest returns the text held back, when there are no more batches
     */
    Chunks(Function<List<T>, String> text, Supplier<String> rest) {
        this.text = text;
        this.rest = rest;
    }

    Chunks(Function<List<T>, String> text) {
        this(text, () -> "");
    }

    void add(Batch<T> batch) {
        last = batch;
        String data = batch.isEmpty() ? "" : text.apply(batch.items());
        if (!data.isEmpty()) {
            chunks.add(new Chunk(data, batch.nextOffset().value()));
        }
    }

    int count() {
        return chunks.size();
    }

    /** The last batch, be it empty, or null if there was none. */
    @Nullable
    Batch<T> last() {
        return last;
    }

    /** Returns the final list of chunks. The text held back is added to the last one. */
    List<Chunk> finish() {
        String held = rest.get();
        if (last != null && !held.isEmpty()) {
            String data =
                    chunks.isEmpty() ? "" : chunks.remove(chunks.size() - 1).data();
            chunks.add(new Chunk(data + held, last.nextOffset().value()));
        }
        return chunks;
    }
}
