package io.durablestreams.server.store;

import java.util.List;

import io.durablestreams.protocol.Offset;

/**
 * A part of a stream at one moment. Content, position and flags all belong to that moment.
 *
 * @param stream the state of the stream at that moment
 * @param messages for JSON, one element for each message; for all other types, one element for each append; in stream
 *     order; empty if the stream has no content after the offset of the read. Elements must not be changed.
 * @param nextOffset the position after the messages; the tail if the page reaches it
 */
public record StreamPage(StreamInfo stream, List<byte[]> messages, Offset nextOffset) {

    /** Returns whether the page reaches the tail, so that the stream had no further content. */
    public boolean atTail() {
        return nextOffset.equals(stream.tail());
    }

    /** Returns whether the page reaches the end of a closed stream, so that no content can follow. */
    public boolean atEnd() {
        return stream.closed() && atTail();
    }

    /** Returns whether the page has no messages. */
    public boolean isEmpty() {
        return messages.isEmpty();
    }
}
