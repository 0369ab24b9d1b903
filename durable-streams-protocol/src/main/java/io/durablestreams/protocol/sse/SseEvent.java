package io.durablestreams.protocol.sse;

import java.util.Arrays;

/**
 * One server-sent event.
 *
 * <p>The data are raw bytes, so that JSON goes from bytes to objects without a {@code String} in between. The array
 * belongs to whoever receives the event; it is not copied.
 *
 * @param type the type of the event, {@value #MESSAGE} if the stream names none
 * @param data the content of the {@code data} lines, joined by LF and without one at the end
 */
public record SseEvent(String type, byte[] data) {

    /** The type of the events that carry content of a stream. */
    public static final String DATA = "data";

    /** The type of the events that say how far the reader has come, see {@link ControlEvent}. */
    public static final String CONTROL = "control";

    /** The type of an event that names none. */
    public static final String MESSAGE = "message";

    @Override
    public boolean equals(Object other) {
        return other instanceof SseEvent event && type.equals(event.type) && Arrays.equals(data, event.data);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + Arrays.hashCode(data);
    }

    /** Returns the type and the size; the content could be large, or private. */
    @Override
    public String toString() {
        return "SseEvent[type=" + type + ", data=" + data.length + " bytes]";
    }
}
