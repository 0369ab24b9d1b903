package io.durablestreams.client.message;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.RawJson;

/**
 * Decides about messages that are valid JSON and cannot be read as the requested type.
 *
 * @param <T> the type of the items
 */
@FunctionalInterface
public interface Unreadable<T> {

    /**
     * Returns the item to deliver instead of the message, or null to skip the message. Throws the failure of the read
     * to end it.
     *
     * @param content the message
     * @param index the number of messages before it, since the last committed position
     * @param cause the failure to read it
     */
    @Nullable
    T replace(RawJson content, long index, Throwable cause);
}
