package io.durablestreams.protocol.sse;

import java.io.ByteArrayOutputStream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import io.durablestreams.protocol.Offset;

/**
 * The content of a control event (protocol §5.8). A control event commits the data events before it and contains the
 * new position of the reader.
 *
 * @param streamNextOffset the offset to read from next; never {@link Offset#NOW}
 * @param streamCursor the cursor to echo in the next request; null if the event has none, as for a closed stream
 * @param upToDate whether the reader has received all data that the stream contained; always true if {@code
 *     streamClosed} is true
 * @param streamClosed whether the stream is closed and the reader has received all of it, so that no event follows
 */
public record ControlEvent(
        Offset streamNextOffset, @Nullable String streamCursor, boolean upToDate, boolean streamClosed) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String NEXT_OFFSET = "streamNextOffset";
    private static final String CURSOR = "streamCursor";
    private static final String UP_TO_DATE = "upToDate";
    private static final String CLOSED = "streamClosed";

    /** @throws IllegalArgumentException if {@code streamNextOffset} is {@link Offset#NOW} */
    public ControlEvent {
        if (streamNextOffset.equals(Offset.NOW)) {
            throw new IllegalArgumentException("streamNextOffset must be a position to read on from, but is 'now'");
        }
        upToDate |= streamClosed;
    }

    /**
     * Parses the data of a control event. Unknown members are ignored. A cursor or flag that is JSON {@code null}
     * counts as absent.
     *
     * @param json the data of the event
     * @throws MalformedControlEventException if the data is not one JSON object, if {@code streamNextOffset} is missing
     *     or is no position, or if another known member has a value of the wrong type
     */
    public static ControlEvent parse(byte[] json) {
        if (json.length == 0) {
            throw new MalformedControlEventException("it is empty", json);
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            return new Members(json).read(parser);
        } catch (JacksonException notJson) {
            throw new MalformedControlEventException("it is not JSON: " + notJson.getOriginalMessage(), json);
        }
    }

    /** Returns the data of the event: a JSON object, in which an absent cursor and false flags are left out. */
    public byte[] toJson() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(128);
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            generator.writeStartObject();
            generator.writeStringProperty(NEXT_OFFSET, streamNextOffset.value());
            if (streamCursor != null) {
                generator.writeStringProperty(CURSOR, streamCursor);
            }
            if (upToDate) {
                generator.writeBooleanProperty(UP_TO_DATE, true);
            }
            if (streamClosed) {
                generator.writeBooleanProperty(CLOSED, true);
            }
            generator.writeEndObject();
        }
        return out.toByteArray();
    }

    /** The members read so far. */
    private static final class Members {

        private final byte[] json;
        private @Nullable Offset nextOffset;
        private @Nullable String cursor;
        private boolean upToDate;
        private boolean closed;

        Members(byte[] json) {
            this.json = json;
        }

        ControlEvent read(JsonParser parser) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw malformed("it is not a JSON object");
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                readMember(name, parser);
            }
            if (parser.nextToken() != null) {
                throw malformed("something follows the JSON object");
            }
            if (nextOffset == null) {
                throw malformed("streamNextOffset is missing");
            }
            return new ControlEvent(nextOffset, cursor, upToDate, closed);
        }

        private void readMember(String name, JsonParser parser) {
            switch (name) {
                case NEXT_OFFSET -> nextOffset = offset(parser);
                case CURSOR -> cursor = parser.hasToken(JsonToken.VALUE_NULL) ? null : string(CURSOR, parser);
                case UP_TO_DATE -> upToDate = flag(UP_TO_DATE, parser);
                case CLOSED -> closed = flag(CLOSED, parser);
                default -> parser.skipChildren();
            }
        }

        private Offset offset(JsonParser parser) {
            String value = string(NEXT_OFFSET, parser);
            if (value.isEmpty() || value.equals(Offset.NOW.value())) {
                throw malformed("streamNextOffset is '" + value + "', which is no position to read on from");
            }
            try {
                return Offset.of(value);
            } catch (IllegalArgumentException noOffset) {
                throw malformed("streamNextOffset holds white space, a control character or a non-ASCII character");
            }
        }

        private String string(String name, JsonParser parser) {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                throw malformed(name + " is not a string");
            }
            return parser.getString();
        }

        private boolean flag(String name, JsonParser parser) {
            return switch (parser.currentToken()) {
                case VALUE_TRUE -> true;
                case VALUE_FALSE, VALUE_NULL -> false;
                default -> throw malformed(name + " is neither true nor false");
            };
        }

        private MalformedControlEventException malformed(String reason) {
            return new MalformedControlEventException(reason, json);
        }
    }
}
