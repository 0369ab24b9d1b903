package io.durablestreams.client;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.json.InvalidJsonException;
import io.durablestreams.protocol.json.JsonMessages;

/** Turns messages into bytes, as the content type of their stream demands. */
final class MessageEncoder {

    private final JsonMapper jsonMapper;

    MessageEncoder(JsonMapper jsonMapper) {
        this.jsonMapper = jsonMapper;
    }

    /**
     * Returns the bytes of one message: for a JSON stream one JSON value.
     *
     * @throws IllegalArgumentException when the stream cannot hold it, or it is empty
     */
    byte[] encode(Object message, String contentType, URI stream) {
        try {
            return encode(message, contentType);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("Cannot append to " + stream + ": " + refused.getMessage(), refused);
        }
    }

    private byte[] encode(Object message, String contentType) {
        requireMessage(message);
        byte[] bytes = StreamFormat.of(contentType) == StreamFormat.JSON ? json(message) : bytes(message, contentType);
        if (bytes.length == 0) {
            throw new IllegalArgumentException("A message must not be empty: nothing can be appended without content");
        }
        return bytes;
    }

    /** Returns the body of a request that carries one message. */
    byte[] encodeBody(Object message, String contentType, URI stream) {
        byte[] bytes = encode(message, contentType, stream);
        // Always an array: a message that is an array itself would lose its outer brackets (protocol §9.1).
        return StreamFormat.of(contentType) == StreamFormat.JSON ? JsonMessages.join(List.of(bytes)) : bytes;
    }

    /** Returns bytes to report a message with that was never encoded, because the content type is not known. */
    byte[] describe(Object message) {
        try {
            return isBytesOrText(message) || message instanceof RawJson
                    ? bytes(message, StreamFormat.APPLICATION_OCTET_STREAM)
                    : jsonMapper.writeValueAsBytes(message);
        } catch (RuntimeException notSerialisable) {
            return String.valueOf(message).getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Returns a message that later changes of a caller's buffer do not reach. */
    static Object snapshot(Object message) {
        requireMessage(message);
        if (message instanceof RawJson json) {
            return new RawJson(json.bytes().clone());
        }
        if (message instanceof CharSequence text) {
            return text.toString();
        }
        return isBytesOrText(message) ? bytes(message, StreamFormat.APPLICATION_OCTET_STREAM) : message;
    }

    /** Refuses what is almost always a mistake, which would stay in a JSON stream for ever. */
    private static void requireMessage(@Nullable Object message) {
        if (message == null) {
            throw new IllegalArgumentException(
                    "A message must not be null; RawJson.of(\"null\") stands for the JSON value");
        }
    }

    private static boolean isBytesOrText(Object message) {
        return message instanceof byte[] || message instanceof ByteBuffer || message instanceof CharSequence;
    }

    private byte[] json(Object message) {
        if (message instanceof RawJson raw) {
            try {
                return JsonMessages.requireSingleValue(raw.bytes());
            } catch (InvalidJsonException invalid) {
                throw new IllegalArgumentException(
                        "RawJson must be exactly one JSON value: " + invalid.getMessage(), invalid);
            }
        }
        if (message instanceof byte[] || message instanceof ByteBuffer) {
            throw new IllegalArgumentException(
                    "Bytes are no message of a JSON stream; wrap them into RawJson if they are JSON already");
        }
        try {
            return jsonMapper.writeValueAsBytes(message);
        } catch (JacksonException failure) {
            throw new IllegalArgumentException(
                    "A message of " + message.getClass() + " cannot be written as JSON: "
                            + failure.getOriginalMessage(),
                    failure);
        }
    }

    private static byte[] bytes(Object message, String contentType) {
        if (message instanceof byte[] bytes) {
            return bytes.clone();
        }
        if (message instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        if (message instanceof CharSequence text) {
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }
        if (message instanceof RawJson json) {
            return json.bytes().clone();
        }
        throw new IllegalArgumentException("A stream of content type '" + contentType + "' takes byte[], ByteBuffer and"
                + " text, not " + message.getClass() + "; objects need a stream of " + StreamFormat.APPLICATION_JSON);
    }
}
