package io.durablestreams.server.store;

import java.util.List;

/**
 * A stream to be created (protocol §5.1).
 *
 * @param config what it is created with
 * @param messages its first content, as for {@link AppendBody#messages()}; may be empty
 * @param closed whether that content is all there will ever be
 */
public record StreamCreation(StreamConfig config, List<byte[]> messages, boolean closed) {

    /** Returns the creation of an open and empty stream. */
    public static StreamCreation of(StreamConfig config) {
        return new StreamCreation(config, List.of(), false);
    }

    public StreamCreation {
        messages = List.copyOf(messages);
    }
}
