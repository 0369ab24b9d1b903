package io.durablestreams.client.message;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.json.JsonArraySplitter.Messages;

/** The type of item that the application requests. Chooses the decoder for it. */
public final class ItemType<T> {

    /** The nesting of a message is limited, because it costs the parser memory. Known servers store much less. */
    private static final int MAX_RAW_DEPTH = 1_000_000;

    /** Reads messages that are not interpreted. The limits of the application's mapper do not apply to them. */
    private static final JsonFactory RAW = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_RAW_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final JsonMapper jsonMapper;
    private final JavaType type;

    /**
     * Decides about messages that cannot be read as the requested type.
     *
     * @param <T> the type of the items
     */
    @FunctionalInterface
    public interface Unreadable<T> {

        /**
         * Returns the item to deliver instead of the message, or null to skip the message. Throws the failure of the
         * read to end it.
         *
         * @param message the message
         * @param cause the failure to read it, or the reason why it is not JSON
         */
        @Nullable
        T replace(Found message, Throwable cause);
    }

    /**
     * A message that cannot be read.
     *
     * @param content the message, unparsed
     * @param index the number of messages before it, since the last committed position
     * @param isJson whether the message is JSON
     */
    public record Found(RawJson content, long index, boolean isJson) {}

    public ItemType(JsonMapper jsonMapper, JavaType type) {
        this.jsonMapper = jsonMapper;
        this.type = type;
    }

    /** Returns the type of items that are delivered as unparsed bytes. */
    public ItemType<byte[]> asBytes() {
        return new ItemType<>(jsonMapper, jsonMapper.constructType(byte[].class));
    }

    /**
     * Returns a new decoder, or null if a stream of this format cannot be read as such items.
     *
     * @param format the format of the stream
     * @param maxMessageBytes the size of the largest message
     * @param unreadable decides about messages that cannot be read
     */
    @SuppressWarnings("unchecked")
    @Nullable
    public ItemDecoder<T> decoder(StreamFormat format, int maxMessageBytes, Unreadable<T> unreadable) {
        if (format == StreamFormat.JSON) {
            return new JsonItemDecoder<>(
                    (JsonItemDecoder.MessageReader<T>) messageReader(), unreadable, maxMessageBytes);
        }
        if (type.hasRawClass(byte[].class)) {
            return (ItemDecoder<T>) new BytesItemDecoder();
        }
        return type.hasRawClass(String.class) ? (ItemDecoder<T>) new TextItemDecoder() : null;
    }

    private JsonItemDecoder.MessageReader<?> messageReader() {
        if (type.hasRawClass(byte[].class)) {
            return (JsonItemDecoder.MessageReader<byte[]>)
                    (messages, items) -> readRaw(messages, items, ItemType::copy);
        }
        if (type.hasRawClass(RawJson.class)) {
            return (JsonItemDecoder.MessageReader<RawJson>)
                    (messages, items) -> readRaw(messages, items, bytes -> new RawJson(copy(bytes)));
        }
        ObjectReader reader = jsonMapper.readerFor(type);
        return (JsonItemDecoder.MessageReader<Object>) (messages, items) -> readObjects(reader, messages, items);
    }

    /** Reads all messages with one parser, as a sequence of root values. */
    private static void readObjects(ObjectReader reader, Messages messages, List<? super Object> items) {
        try (JsonParser parser = reader.createParser(messages.bytes(), messages.offset(), messages.length());
                MappingIterator<Object> values = reader.readValues(parser)) {
            while (values.hasNextValue()) {
                items.add(notNull(values.nextValue()));
            }
        }
    }

    private static Object notNull(@Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(
                    "the message is null, which is no item; read the stream as JsonNode, RawJson or Optional");
        }
        return value;
    }

    /** Returns the reason why a message is not JSON, or null if it is JSON. */
    static @Nullable JacksonException defect(byte[] message) {
        try {
            readRaw(new Messages(message, 0, message.length, 1), new ArrayList<>(1), bytes -> message);
            return null;
        } catch (JacksonException malformed) {
            return malformed;
        }
    }

    private static <R> void readRaw(Messages messages, List<? super R> items, Function<ByteBuffer, R> make) {
        try (JsonParser parser =
                RAW.createParser(ObjectReadContext.empty(), messages.bytes(), messages.offset(), messages.length())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                int from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken();
                int to = (int) parser.currentLocation().getByteOffset();
                items.add(make.apply(ByteBuffer.wrap(messages.bytes(), messages.offset() + from, to - from)));
            }
        }
    }

    private static byte[] copy(ByteBuffer bytes) {
        int from = bytes.arrayOffset() + bytes.position();
        int to = from + bytes.remaining();
        while (to > from && bytes.array()[to - 1] <= ' ') {
            to--; // The parser reads one byte past a number to detect its end.
        }
        return Arrays.copyOfRange(bytes.array(), from, to);
    }

    @Override
    public String toString() {
        return type.toCanonical();
    }
}
