package io.durablestreams.client.reader;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.UnreadableMessageException;

/**
 * Decides what a reader does with a message of a JSON stream that cannot be read as its type:
 *
 * <ul>
 *   <li>A deserializer refuses it.
 *   <li>It exceeds a limit of the mapper.
 *   <li>It is not JSON, although the response around it is an array. Without a handler, a read with {@link
 *       UnreadablePolicy#FAIL} then fails with a {@link io.durablestreams.client.error.StreamProtocolException}.
 * </ul>
 *
 * <p>The handler decides one of these:
 *
 * <ul>
 *   <li>Fail: throw the exception. This is the default.
 *   <li>Skip: return null, for example after the message was reported.
 *   <li>Replace: return an item, for example one that contains {@link UnreadableMessageException#content() the
 *       unparsed message}.
 * </ul>
 *
 * <pre>{@code
 * orders.reader(Order.class).onUnreadable(failure -> {
 *     deadLetters.add(failure.content());
 *     return null;
 * })
 * }</pre>
 *
 * <p>The handler is called once for each such message of a subscription, in the order of the stream, also if the message
 * arrives again after a connection has ended. It is called on a thread that must not be blocked. If it throws, the messages before are delivered, and the read fails.
 *
 * @param <T> the type of the items
 */
@FunctionalInterface
public interface UnreadableMessageHandler<T> {

    /**
     * Returns the item to deliver instead of the message, or null to deliver nothing.
     *
     * @param failure the failure, with the unparsed message and its place. Its {@link
     *     UnreadableMessageException#nextOffset()} is null
     */
    @Nullable
    T handle(UnreadableMessageException failure);
}
