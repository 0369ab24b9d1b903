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
 * <p>What comes from outside is checked to its last byte, as UTF-8 without a byte order mark and by the letter of the
 * JSON grammar, before any message is handed out. Messages keep their bytes: only white space outside strings is
 * dropped. Numbers, escapes, the order of members and members that occur twice stay as they were written. Messages that
 * are nested more than 500 levels deep are refused, because the readers' parsers would refuse them.
 */
public final class JsonMessages {

    private static final JsonFactory MESSAGES = parsers(StreamReadConstraints.DEFAULT_MAX_DEPTH);

    /** The array around messages is none of their levels, or the deepest would spoil the batch that it travels in. */
    private static final JsonFactory ARRAYS = parsers(StreamReadConstraints.DEFAULT_MAX_DEPTH + 1);

    private JsonMessages() {}

    /** Messages are copied, not interpreted: only nesting, which costs the parser memory, has to be limited. */
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
     * Returns the messages of a body that is appended to a stream: the elements of an array, one level of which is
     * removed, or else the one value.
     *
     * @param body a whole body
     * @return the messages without insignificant white space; none for {@code []}
     * @throws InvalidJsonException when the body is not exactly one JSON value
     */
    public static List<byte[]> split(byte[] body) {
        byte[] json = requireSingleValue(body, isArray(body) ? ARRAYS : MESSAGES);
        return json[0] == '[' ? elements(json) : List.of(json);
    }

    /** Whether some bytes are an array, if they are JSON at all. */
    private static boolean isArray(byte[] json) {
        int i = 0;
        while (i < json.length && isWhiteSpace(json[i])) {
            i++;
        }
        return i < json.length && json[i] == '[';
    }

    /**
     * Returns the array of some messages.
     *
     * @param messages one JSON value each; they are not checked
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
     * Checks that some bytes are exactly one JSON value, so that they can neither break nor smuggle messages into the
     * array that they are put into.
     *
     * @param json a value of any kind, an array included
     * @return the value without insignificant white space; the given array itself if it has none
     * @throws InvalidJsonException when it is anything else
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

    /** The parser also takes characters that are written longer than need be, a quote for example, and surrogates. */
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

    /** Whether a byte outside strings is white space, in valid JSON. */
    private static boolean isWhiteSpace(byte next) {
        return next <= ' ' && next >= 0;
    }

    /** Returns the elements of an array that is valid and has no white space. */
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

    /** Returns the place of the closing quote of a string in valid JSON. */
    private static int endOfString(byte[] json, int openingQuote) {
        int i = openingQuote + 1;
        while (json[i] != '"') {
            i += json[i] == '\\' ? 2 : 1;
        }
        return i;
    }
}
