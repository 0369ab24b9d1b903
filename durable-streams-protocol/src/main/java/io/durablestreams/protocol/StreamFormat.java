package io.durablestreams.protocol;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.json.JsonMessages;

/**
 * The form of the bodies of a stream: messages, text or bytes. The content type of the stream determines it
 * (protocol §9).
 */
public enum StreamFormat {

    /** {@code application/json}: the stream contains messages, and a body is a JSON array of messages. */
    JSON,

    /** {@code text/*}: the stream contains UTF-8 text, and server-sent events carry it as text. */
    TEXT,

    /** All other content types, including {@code application/ndjson} and {@code application/*+json}: bytes. */
    BINARY;

    /** The content type of JSON streams. */
    public static final String APPLICATION_JSON = "application/json";

    /** The content type of a stream that was created without one. */
    public static final String APPLICATION_OCTET_STREAM = "application/octet-stream";

    /** The content type of a live response of server-sent events, for streams of every format. */
    public static final String TEXT_EVENT_STREAM = "text/event-stream";

    /**
     * Returns the format of a stream with this content type.
     *
     * @param contentType a content type, with or without parameters, in any letter case; null or blank means
     *     {@link #BINARY}
     */
    public static StreamFormat of(@Nullable String contentType) {
        if (APPLICATION_JSON.equals(contentType)) {
            return JSON; // A fast path: producers call this for every message.
        }
        String mediaType = mediaType(contentType);
        if (mediaType.equals(APPLICATION_JSON)) {
            return JSON;
        }
        return mediaType.startsWith("text/") ? TEXT : BINARY;
    }

    /**
     * Returns whether two content types have the same type and subtype. Letter case and parameters are ignored.
     *
     * @param one a content type; null or blank means {@code application/octet-stream}
     * @param other another content type; null or blank means {@code application/octet-stream}
     */
    public static boolean sameMediaType(@Nullable String one, @Nullable String other) {
        return mediaType(one).equals(mediaType(other));
    }

    /**
     * Returns whether a content type is {@code text/event-stream}, with or without parameters.
     *
     * @param contentType a content type in any letter case, or null
     */
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
