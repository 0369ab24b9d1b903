package io.durablestreams.server.store;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.json.InvalidJsonException;
import io.durablestreams.protocol.json.JsonMessages;

/**
 * The body of an append, taken apart before a store sees it.
 *
 * <p>A body that is not valid for its content type is handed to the store all the same, because other refusals come
 * first (a repeated append, for one, is a duplicate whatever its body looks like).
 *
 * @param contentType the content type of the request, or null when it has none
 * @param messages for JSON one element per message, without insignificant white space; for all other types the bytes
 *     in one element; empty when there is no body. Elements are never empty and must not be changed.
 * @param defect why the body cannot be stored, or null when it can
 */
public record AppendBody(
        @Nullable String contentType,
        List<byte[]> messages,
        @Nullable String defect) {

    /** No body at all, which only a request that closes the stream may have. */
    public static final AppendBody NONE = new AppendBody(null, List.of(), null);

    public AppendBody {
        messages = List.copyOf(messages);
    }

    /**
     * Takes a body apart.
     *
     * @param contentType the content type of the request, or null
     * @param body all of the body; may be empty
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

    /** Whether the request had no body. */
    public boolean isEmpty() {
        return messages.isEmpty() && defect == null;
    }
}
