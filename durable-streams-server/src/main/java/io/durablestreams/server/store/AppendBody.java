package io.durablestreams.server.store;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.json.InvalidJsonException;
import io.durablestreams.protocol.json.JsonMessages;

/**
 * The body of an append, split into messages (protocol §5.2).
 *
 * <p>A body that is invalid for its content type reaches the store too, because other checks come first. For example, a
 * repeated append is a duplicate even if its body is invalid.
 *
 * @param contentType the content type of the request, or null if it has none
 * @param messages for JSON, one element for each message, without insignificant white space; for all other types, one
 *     element with all bytes; empty if there is no body. No element is empty, and elements must not be changed.
 * @param defect the reason why the body cannot be stored, or null if it can be stored
 */
public record AppendBody(
        @Nullable String contentType,
        List<byte[]> messages,
        @Nullable String defect) {

    /** The absence of a body. Only a request that closes the stream may have no body. */
    public static final AppendBody NONE = new AppendBody(null, List.of(), null);

    /** Copies the list of messages, but not their bytes. */
    public AppendBody {
        messages = List.copyOf(messages);
    }

    /**
     * Splits a body into messages. An invalid body gives a result with a {@link #defect()}, not an exception.
     *
     * @param contentType the content type of the request, or null if it has none; a blank one counts as none
     * @param body the complete body; may be empty, and must not be changed afterwards
     */
    public static AppendBody of(@Nullable String contentType, byte[] body) {
        if (contentType != null && contentType.isBlank()) {
            return of(null, body);
        }
        if (body.length == 0) {
            return new AppendBody(contentType, List.of(), null);
        }
        if (StreamFormat.of(contentType) != StreamFormat.JSON) {
            return new AppendBody(contentType, List.of(body), null);
        }
        try {
            List<byte[]> messages = JsonMessages.split(body);
            String defect = messages.isEmpty() ? "An empty JSON array holds no message to append" : null;
            return new AppendBody(contentType, messages, defect);
        } catch (InvalidJsonException invalid) {
            return new AppendBody(contentType, List.of(), invalid.getMessage());
        }
    }

    /** Returns whether the request had no body. */
    public boolean isEmpty() {
        return messages.isEmpty() && defect == null;
    }
}
