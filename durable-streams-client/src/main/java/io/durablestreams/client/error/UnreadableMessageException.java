package io.durablestreams.client.error;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.RawJson;

/**
 * A message of a JSON stream cannot be read as the type of its reader. The messages before it were delivered.
 *
 * <p>To continue after the message:
 *
 * <ul>
 *   <li>If there is a {@link #nextOffset()}, resume from it.
 *   <li>Otherwise the protocol has no offset after the message, because it is within the content of one response.
 *       Resume from {@link #offset()}, and skip {@link #index()} + 1 messages, in a reader of another type such as {@link
 *       RawJson}.
 * </ul>
 */
public class UnreadableMessageException extends StreamContentException {

    private static final long serialVersionUID = 1L;

    // Values that can be serialized, as the exception may be.
    private final byte[] content;
    private final String offset;
    private final long index;
    private final @Nullable String nextOffset;

    /**
     * Creates the exception.
     *
     * @param failure the description of the failure
     * @param message the message
     */
    public UnreadableMessageException(Failure failure, Message message) {
        super(failure);
        this.content = message.content().bytes();
        this.offset = message.offset().value();
        this.index = message.index();
        this.nextOffset =
                message.nextOffset() == null ? null : message.nextOffset().value();
    }

    /**
     * A message and its place.
     *
     * @param content the message, unparsed
     * @param offset the offset from which the message was read
     * @param index the number of messages between that offset and the message
     * @param nextOffset the offset after the message, or null
     */
    public record Message(
            RawJson content,
            Offset offset,
            long index,
            @Nullable Offset nextOffset) {}

    /** Returns the message, unparsed. An {@code UnreadableMessageHandler} may also receive content that is not JSON. */
    public RawJson content() {
        return new RawJson(content);
    }

    /** Returns the offset from which the message was read, and from which it can be read again. */
    public Offset offset() {
        return Offset.of(offset);
    }

    /** Returns the number of messages between {@link #offset()} and this message. */
    public long index() {
        return index;
    }

    /**
     * Returns the offset directly after this message, or null if the protocol has none: the message is not the last one
     * of its response or event, or the rest has not arrived yet.
     */
    public @Nullable Offset nextOffset() {
        return nextOffset == null ? null : Offset.of(nextOffset);
    }
}
