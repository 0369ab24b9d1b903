package io.durablestreams.protocol.sse;

import java.util.Arrays;

/**
 * One server-sent event.
 *
 * <p>The data is a byte array, so that JSON can be parsed without an intermediate {@code String}. The array is not
 * copied and belongs to the receiver of the event.
 *
 * @param type the type of the event; {@value #MESSAGE} if the event names none
 * @param data the content of the {@code data} lines, joined by LF, without a trailing LF
 */
public record SseEvent(String type, byte[] data) {

    /** The type of events with content of a stream. */
    public static final String DATA = "data";

    /** The type of events with the position of the reader, see {@link ControlEvent}. */
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

    /** Returns the type and the size of the data, but not the data, which may be large or confidential. */
    @Override
    public String toString() {
        return "SseEvent[type=" + type + ", data=" + data.length + " bytes]";
    }
}
