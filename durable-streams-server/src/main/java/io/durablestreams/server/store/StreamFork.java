package io.durablestreams.server.store;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;

/**
 * The origin of a stream that begins with content of another stream, its source (protocol §4.2).
 *
 * @param source the path of the source
 * @param offset the offset of the source up to which the fork has its content, or null for the tail of the source
 * @param subOffset how far beyond the offset the fork has content of the source: in messages of a JSON stream, and
 *     otherwise in bytes. It does not exceed the append that begins at the offset.
 * @param inheritsLifetime whether the fork has the TTL or the expiry of the source instead of its own
 */
public record StreamFork(String source, @Nullable Offset offset, long subOffset, boolean inheritsLifetime) {

    /**
     * Returns whether a request to create a stream with the other origin confirms a stream with this origin. A request
     * without an offset confirms any offset.
     */
    public boolean matches(StreamFork other) {
        return source.equals(other.source)
                && (other.offset == null || other.offset.equals(offset))
                && subOffset == other.subOffset;
    }

    /** Returns a copy with the offset of the fork. */
    public StreamFork withOffset(Offset offset) {
        return new StreamFork(source, offset, subOffset, inheritsLifetime);
    }
}
