package io.durablestreams.server.store;

import java.util.List;

import io.durablestreams.protocol.Offset;

/**
 * A piece of a stream as it was at one moment: content, position and flags all belong to that moment.
 *
 * @param stream the stream at that moment
 * @param messages for JSON one element per message, for all other types one element per append; in stream order, empty
 *     when there is nothing behind the offset that was read. They must not be changed.
 * @param nextOffset the position behind the messages: the tail when this page reaches it
 */
public record StreamPage(StreamInfo stream, List<byte[]> messages, Offset nextOffset) {

    /** Whether the page reached the tail, so that the stream held nothing more. */
    public boolean atTail() {
        return nextOffset.equals(stream.tail());
    }

    /** Whether the page reached the end of a closed stream, so that nothing will ever follow. */
    public boolean atEnd() {
        return stream.closed() && atTail();
    }

    /** Whether there was nothing to read. */
    public boolean isEmpty() {
        return messages.isEmpty();
    }
}
