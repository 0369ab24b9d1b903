package io.durablestreams.conformance;

import java.util.ArrayList;
import java.util.List;

import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.Offset;

/** What an application that reads has to keep: the items it has processed, and the offset to resume from. */
final class Journal<T> {

    private final List<T> items = new ArrayList<>();
    private Offset offset = Offset.BEGINNING;
    private boolean complete;

    synchronized void enter(Batch<T> batch) {
        items.addAll(batch.items());
        offset = batch.nextOffset();
        complete = batch.streamClosed();
    }

    synchronized List<T> items() {
        return List.copyOf(items);
    }

    synchronized Offset offset() {
        return offset;
    }

    /** Whether the stream was closed at the last offset. */
    synchronized boolean isComplete() {
        return complete;
    }
}
