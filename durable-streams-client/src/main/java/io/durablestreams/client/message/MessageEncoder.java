package io.durablestreams.client.message;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.json.InvalidJsonException;
import io.durablestreams.protocol.json.JsonMessages;

/** Encodes messages as the content type of their stream requires. Thread-safe. */
public final class MessageEncoder {

    /** A power of two. Threads that use the same slot concurrently only create another writer. */
    private static final int IDLE_WRITERS = 16;

    private final JsonMapper jsonMapper;
    private final AtomicReferenceArray<@Nullable MessageWriter> idleWriters = new AtomicReferenceArray<>(IDLE_WRITERS);

    /** Receives the bytes of a message. */
    @FunctionalInterface
    public interface Target<R> {

        /**
         * Called once, on the encoding thread.
         *
         * @param bytes an array that begins with the message. It must not be modified or kept
         * @param length the length of the message
         */
        R accept(byte[] bytes, int length);
    }

    /** An object that was serialised before it was known whether its stream holds JSON. */
    private record WrittenObject(Class<?> type, byte[] json) {}

    public MessageEncoder(JsonMapper jsonMapper) {
        this.jsonMapper = MessageSources.refusedBy(jsonMapper);
    }

    /**
     * Returns the bytes of one message. For a JSON stream, this is one JSON value.
     *
     * @throws IllegalArgumentException if the message does not fit the stream or is empty
     */
    public byte[] encode(Object message, String contentType, URI stream) {
        return encode(message, contentType, stream, Arrays::copyOf);
    }

    /**
     * Passes the bytes of one message to a target, without copying them.
     *
     * @return the result of the target
     * @throws IllegalArgumentException if the message does not fit the stream or is empty
     */
    public <R> R encode(Object message, String contentType, URI stream, Target<R> target) {
        requireMessage(message, stream);
        boolean json = StreamFormat.of(contentType) == StreamFormat.JSON;
        if (!json || isSerialised(message)) {
            byte[] bytes = serialised(message, json, contentType, stream);
            return target.accept(bytes, bytes.length);
        }
        MessageWriter writer = takeWriter();
        write(message, writer, stream);
        R result = target.accept(writer.bytes(), writer.length());
        if (writer.reset()) {
            idleWriters.set(slotOfThread(), writer);
        }
        return result;
    }

    private MessageWriter takeWriter() {
        MessageWriter idle = idleWriters.getAndSet(slotOfThread(), null);
        return idle != null ? idle : new MessageWriter(jsonMapper);
    }

    private static int slotOfThread() {
        return (int) Thread.currentThread().getId() & IDLE_WRITERS - 1;
    }

    private static void write(Object message, MessageWriter writer, URI stream) {
        try {
            writer.write(message);
            requireContent(writer.length());
        } catch (JacksonException failure) {
            String reason = "A message of " + message.getClass() + " cannot be written as JSON: "
                    + failure.getOriginalMessage();
            throw refused(stream, reason, failure);
        } catch (IllegalArgumentException refused) {
            throw refused(stream, refused.getMessage(), refused);
        } catch (Throwable failure) { // Also errors, which Reactor would not signal.
            throw unwritable(message, stream, failure);
        }
    }

    private static byte[] serialised(Object message, boolean json, String contentType, URI stream) {
        try {
            byte[] bytes = json ? json(message) : bytes(message, contentType);
            requireContent(bytes.length);
            return bytes;
        } catch (IllegalArgumentException refused) {
            throw refused(stream, refused.getMessage(), refused);
        } catch (Throwable failure) {
            throw unwritable(message, stream, failure);
        }
    }

    private static void requireContent(int length) {
        if (length == 0) {
            throw new IllegalArgumentException("A message must not be empty: nothing can be appended without content");
        }
    }

    private static IllegalArgumentException refused(URI stream, @Nullable String reason, Throwable cause) {
        return new IllegalArgumentException("Cannot append to " + stream + ": " + reason, cause);
    }

    private static IllegalArgumentException unwritable(Object message, URI stream, Throwable failure) {
        return refused(stream, "A message of " + message.getClass() + " cannot be written: " + failure, failure);
    }

    /**
     * Returns the body of a request with one message. An empty message that is not JSON is left for the server to
     * refuse, because it does not share the body with other messages.
     */
    public byte[] encodeBody(Object message, String contentType, URI stream) {
        if (StreamFormat.of(contentType) == StreamFormat.JSON) {
            // Always an array, because a message that is an array would lose its outer brackets (protocol §9.1).
            return JsonMessages.join(List.of(encode(message, contentType, stream)));
        }
        requireMessage(message, stream);
        try {
            return bytes(message, contentType);
        } catch (IllegalArgumentException refused) {
            throw refused(stream, refused.getMessage(), refused);
        } catch (Throwable failure) {
            throw unwritable(message, stream, failure);
        }
    }

    /**
     * Returns a copy of a message that will be encoded when the content type is known. Later changes by the caller do
     * not affect the copy, and its size is known. An object that is neither bytes nor text can only be JSON, and is
     * serialised immediately.
     *
     * @throws IllegalArgumentException if the message cannot be serialised
     */
    public Object snapshot(Object message, URI stream) {
        requireMessage(message, stream);
        if (message instanceof RawJson json) {
            return new RawJson(json.bytes().clone());
        }
        if (message instanceof CharSequence text) {
            return copy(text, stream);
        }
        if (message instanceof byte[] bytes) {
            return bytes.clone();
        }
        return message instanceof ByteBuffer
                ? bytes(message, StreamFormat.APPLICATION_OCTET_STREAM)
                : new WrittenObject(message.getClass(), encode(message, StreamFormat.APPLICATION_JSON, stream));
    }

    private static String copy(CharSequence text, URI stream) {
        try {
            return text.toString();
        } catch (Throwable failure) {
            throw unwritable(text, stream, failure);
        }
    }

    /**
     * Returns bytes that describe a snapshot in a failure report, if it was never encoded because the content type is
     * not known.
     */
    public static byte[] describe(Object snapshot) {
        return snapshot instanceof WrittenObject written
                ? written.json()
                : bytes(snapshot, StreamFormat.APPLICATION_OCTET_STREAM);
    }

    /** Returns the memory of a snapshot, in bytes. */
    public static int sizeOf(Object snapshot) {
        return snapshot instanceof String text ? text.length() : describe(snapshot).length;
    }

    /** Refuses null and sources of messages. */
    private static void requireMessage(@Nullable Object message, URI stream) {
        if (message == null) {
            throw new IllegalArgumentException("Cannot append to " + stream
                    + ": A message must not be null; RawJson.of(\"null\") stands for the JSON value");
        }
        if (MessageSources.isSource(message.getClass())) {
            throw new IllegalArgumentException("Cannot append to " + stream + ": An object of " + message.getClass()
                    + " is no message, but a source of messages; append each of its values, for example with flatMap"
                    + " or IdempotentProducer.sendAll");
        }
    }

    /** Returns whether a message is already serialised, or could be mistaken for JSON. */
    private static boolean isSerialised(Object message) {
        return message instanceof RawJson
                || message instanceof WrittenObject
                || message instanceof byte[]
                || message instanceof ByteBuffer;
    }

    private static byte[] json(Object message) {
        if (message instanceof WrittenObject written) {
            return written.json();
        }
        if (message instanceof RawJson raw) {
            try {
                return JsonMessages.requireSingleValue(raw.bytes());
            } catch (InvalidJsonException invalid) {
                throw new IllegalArgumentException(
                        "RawJson must be exactly one JSON value: " + invalid.getMessage(), invalid);
            }
        }
        throw new IllegalArgumentException(
                "Bytes are no message of a JSON stream; wrap them into RawJson if they are JSON already");
    }

    private static byte[] bytes(Object message, String contentType) {
        if (message instanceof byte[] bytes) {
            return bytes;
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
            return json.bytes();
        }
        Class<?> type = message instanceof WrittenObject written ? written.type() : message.getClass();
        throw new IllegalArgumentException("A stream of content type '" + contentType + "' takes byte[], ByteBuffer and"
                + " text, not " + type + "; objects need a stream of " + StreamFormat.APPLICATION_JSON);
    }
}
