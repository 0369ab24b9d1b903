package io.durablestreams.protocol;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.json.JsonMessages;

/**
 * What the content type of a stream means for its bodies (protocol §9): the one place that decides between messages,
 * text and bytes.
 */
public enum StreamFormat {

    /** {@code application/json}: the stream holds messages, and a body is a JSON array of them. */
    JSON,

    /** {@code text/*}: bytes that are UTF-8 text; server-sent events carry them as text. */
    TEXT,

    /** Everything else, {@code application/ndjson} and {@code application/*+json} included: bytes. */
    BINARY;

    /** The content type of JSON streams. */
    public static final String APPLICATION_JSON = "application/json";

    /** The content type of a stream that was created without one. */
    public static final String APPLICATION_OCTET_STREAM = "application/octet-stream";

    /** The content type of a live read over server-sent events, whatever the stream holds. */
    public static final String TEXT_EVENT_STREAM = "text/event-stream";

    /**
     * Returns the format of a stream with this content type.
     *
     * @param contentType a content type with or without parameters, in any letter case; absent means bytes
     */
    public static StreamFormat of(@Nullable String contentType) {
        if (APPLICATION_JSON.equals(contentType)) {
            return JSON; // Producers ask for every message, and the other way costs a tenth of what that takes.
        }
        String mediaType = mediaType(contentType);
        if (mediaType.equals(APPLICATION_JSON)) {
            return JSON;
        }
        return mediaType.startsWith("text/") ? TEXT : BINARY;
    }

    /**
     * Whether two content types are the same to the protocol: type and subtype, without letter case and parameters.
     *
     * @param one a content type; absent means {@code application/octet-stream}
     * @param other another one
     */
    public static boolean sameMediaType(@Nullable String one, @Nullable String other) {
        return mediaType(one).equals(mediaType(other));
    }

    /** Whether a content type is {@code text/event-stream}, with or without parameters. */
    public static boolean isEventStream(@Nullable String contentType) {
        return mediaType(contentType).equals(TEXT_EVENT_STREAM);
    }

    /**
     * Returns the body of some messages: a JSON array of them, or their bytes one after the other.
     *
     * @param messages for {@link #JSON} one value each; they are not checked
     * @return a new array, except for a single message that is not JSON: that message itself
     * @throws ArithmeticException when the body is larger than an array can be
     */
    public byte[] join(List<byte[]> messages) {
        if (this == JSON) {
            return JsonMessages.join(messages);
        }
        return messages.size() == 1 ? messages.get(0) : concatenate(messages);
    }

    private static byte[] concatenate(List<byte[]> pieces) {
        int size = 0;
        for (byte[] piece : pieces) {
            size = Math.addExact(size, piece.length);
        }
        byte[] whole = new byte[size];
        int position = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, whole, position, piece.length);
            position += piece.length;
        }
        return whole;
    }

    private static String mediaType(@Nullable String contentType) {
        if (contentType == null || contentType.isBlank()) {
            return APPLICATION_OCTET_STREAM;
        }
        int end = contentType.indexOf(';');
        String mediaType = end < 0 ? contentType : contentType.substring(0, end);
        return mediaType.strip().toLowerCase(Locale.ROOT);
    }
}
