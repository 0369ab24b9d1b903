package io.durablestreams.protocol.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Splits and joins the bodies of JSON streams (protocol §9.1).
 *
 * <p>Input is checked completely before any message is returned. It must be UTF-8 without a byte order mark and conform
 * to the JSON grammar. A message with more than 500 levels of nesting is refused, because the parsers of the readers
 * would refuse it too.
 *
 * <p>Messages keep their bytes, except that white space outside strings is removed. Numbers, escapes, the order of
 * members and duplicate members remain unchanged.
 */
public final class JsonMessages {

    private static final JsonFactory MESSAGES = parsers(StreamReadConstraints.DEFAULT_MAX_DEPTH);

    /**
     * Allows one more level than {@link #MESSAGES}, for the array around the messages. A message of the maximum depth
     * is then also valid in a batch.
     */
    private static final JsonFactory ARRAYS = parsers(StreamReadConstraints.DEFAULT_MAX_DEPTH + 1);

    private JsonMessages() {}

    /** Only nesting is limited, because it costs the parser memory. Messages are copied, not interpreted. */
    private static JsonFactory parsers(int maxDepth) {
        return JsonFactory.builder()
                .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(maxDepth)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .build())
                .build();
    }

    /**
     * Returns the messages of the body of an append: the elements of the body if it is an array, otherwise the body
     * itself. Only the outermost array is removed.
     *
     * @param body a complete body
     * @return the messages without insignificant white space; empty for {@code []}
     * @throws InvalidJsonException if the body is not exactly one JSON value
     */
    public static List<byte[]> split(byte[] body) {
        byte[] json = requireSingleValue(body, isArray(body) ? ARRAYS : MESSAGES);
        return json[0] == '[' ? elements(json) : List.of(json);
    }

    /** Returns whether the bytes begin like an array. */
    private static boolean isArray(byte[] json) {
        int i = 0;
        while (i < json.length && isWhiteSpace(json[i])) {
            i++;
        }
        return i < json.length && json[i] == '[';
    }

    /**
     * Returns a JSON array of the messages.
     *
     * @param messages the elements, each one JSON value; not checked
     */
    public static byte[] join(List<byte[]> messages) {
        int size = 1 + Math.max(1, messages.size());
        for (byte[] message : messages) {
            size = Math.addExact(size, message.length);
        }
        byte[] array = new byte[size];
        int position = 0;
        for (byte[] message : messages) {
            array[position++] = (byte) (position == 1 ? '[' : ',');
            System.arraycopy(message, 0, array, position, message.length);
            position += message.length;
        }
        array[0] = '[';
        array[size - 1] = ']';
        return array;
    }

    /**
     * Checks that the bytes are exactly one JSON value. Such a value can be put into an array of messages: it cannot
     * make the array invalid, and it cannot add messages to the array.
     *
     * @param json a value of any kind, including an array
     * @return the value without insignificant white space; the argument itself if there is none to remove
     * @throws InvalidJsonException if the bytes are not exactly one JSON value
     */
    public static byte[] requireSingleValue(byte[] json) {
        return requireSingleValue(json, MESSAGES);
    }

    private static byte[] requireSingleValue(byte[] json, JsonFactory parsers) {
        if (CompactJson.isValue(json)) {
            return json;
        }
        try (JsonParser parser = parsers.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == null) {
                throw new InvalidJsonException("there is no value", json.length);
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new InvalidJsonException(
                        "another value follows the first",
                        parser.currentTokenLocation().getByteOffset());
            }
        } catch (JacksonException malformed) {
            throw new InvalidJsonException(malformed.getOriginalMessage(), position(malformed.getLocation()));
        }
        requireUtf8(json);
        return withoutWhiteSpace(json);
    }

    /** Checks the encoding, because the parser also accepts overlong forms, such as that of a quote, and surrogates. */
    private static void requireUtf8(byte[] json) {
        ByteBuffer bytes = ByteBuffer.wrap(json);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes);
        } catch (CharacterCodingException malformed) {
            throw new InvalidJsonException("this is not UTF-8", bytes.position());
        }
    }

    private static long position(@Nullable TokenStreamLocation location) {
        return location == null ? InvalidJsonException.UNKNOWN_POSITION : location.getByteOffset();
    }

    private static byte[] withoutWhiteSpace(byte[] json) {
        byte[] kept = json;
        int length = 0;
        int from = 0;
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '"') {
                i = endOfString(json, i);
            } else if (isWhiteSpace(json[i])) {
                kept = kept == json ? new byte[json.length] : kept;
                System.arraycopy(json, from, kept, length, i - from);
                length += i - from;
                from = i + 1;
            }
        }
        if (kept == json) {
            return json;
        }
        System.arraycopy(json, from, kept, length, json.length - from);
        return Arrays.copyOf(kept, length + json.length - from);
    }

    /** Returns whether a byte is white space. The byte must be outside strings, in valid JSON. */
    private static boolean isWhiteSpace(byte next) {
        return next <= ' ' && next >= 0;
    }

    /** Returns the elements of a valid array without white space. */
    private static List<byte[]> elements(byte[] array) {
        List<byte[]> elements = new ArrayList<>();
        int end = array.length - 1;
        int depth = 0;
        int from = 1;
        for (int i = 1; i < end; i++) {
            switch (array[i]) {
                case '"' -> i = endOfString(array, i);
                case '[', '{' -> depth++;
                case ']', '}' -> depth--;
                case ',' -> {
                    if (depth == 0) {
                        elements.add(Arrays.copyOfRange(array, from, i));
                        from = i + 1;
                    }
                }
                default -> {}
            }
        }
        if (from < end) {
            elements.add(Arrays.copyOfRange(array, from, end));
        }
        return elements;
    }

    /** Returns the index of the closing quote of a string in valid JSON. */
    private static int endOfString(byte[] json, int openingQuote) {
        int i = openingQuote + 1;
        while (json[i] != '"') {
            i += json[i] == '\\' ? 2 : 1;
        }
        return i;
    }
}
