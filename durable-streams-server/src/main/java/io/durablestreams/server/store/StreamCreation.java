package io.durablestreams.server.store;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One request to create a stream (protocol §5.1).
 *
 * @param config the configuration of the stream
 * @param messages the first content, split as in {@link AppendBody#messages()}; may be empty
 * @param closed whether the stream is created closed, so that the first content is final
 * @param fork the origin of the stream if it is a fork, or null. The messages follow the content of the source.
 */
public record StreamCreation(
        StreamConfig config,
        List<byte[]> messages,
        boolean closed,
        @Nullable StreamFork fork) {

    /** Returns a request to create an open and empty stream. */
    public static StreamCreation of(StreamConfig config) {
        return new StreamCreation(config, List.of(), false, null);
    }

    /** Copies the list of messages, but not their bytes. */
    public StreamCreation {
        messages = List.copyOf(messages);
    }
}
