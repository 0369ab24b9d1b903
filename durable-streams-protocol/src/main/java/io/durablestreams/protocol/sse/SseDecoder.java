package io.durablestreams.protocol.sse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Decodes server-sent events from bytes that arrive in chunks of any size (protocol §5.8, HTML standard 9.2).
 *
 * <ul>
 *   <li>A line ends with CR, LF or CRLF.
 *   <li>A byte order mark at the beginning of the response is skipped.
 *   <li>One space after the colon of a field is removed.
 *   <li>Only the fields {@code event} and {@code data} are read. Comments and other fields are skipped and not
 *       buffered.
 *   <li>A blank line completes an event. Data after the last blank line is never delivered.
 *   <li>An event without a {@code data} line is dropped. An event with an empty {@code data} line has empty data.
 * </ul>
 *
 * <p>The size of one event is the size of its data and its type. If it exceeds the maximum, the decoder throws {@link
 * SseEventTooLargeException} when the excess bytes arrive, and must not be used again.
 *
 * <p>A decoder decodes one response. It is not thread-safe.
 */
public final class SseDecoder {

    private static final byte LF = '\n';
    private static final byte CR = '\r';
    private static final byte[] DATA = {'d', 'a', 't', 'a'};
    private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't'};
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int MAX_STEP = 8 * 1024;

    private final int maxEventBytes;

    // The line being read.
    private final byte[] name = new byte[EVENT.length];
    private int nameLength;
    private Part part = Part.NAME;
    private boolean valueStarted;

    // The event being read.
    private final ByteAccumulator data = new ByteAccumulator();
    private final ByteAccumulator type = new ByteAccumulator();
    private boolean hasData;

    private boolean atStart = true;
    private boolean skipLineFeed;
    private byte @Nullable [] scratch;

    /** The part of the line that the next byte belongs to. */
    private enum Part {
        NAME,
        DATA_VALUE,
        EVENT_VALUE,
        IGNORED
    }

    /**
     * Creates a decoder for one response.
     *
     * @param maxEventBytes the maximum size of one event, in bytes; at least 1
     */
    public SseDecoder(int maxEventBytes) {
        if (maxEventBytes < 1) {
            throw new IllegalArgumentException("maxEventBytes must be at least 1, but is " + maxEventBytes);
        }
        this.maxEventBytes = maxEventBytes;
    }

    /**
     * Decodes the next chunk of the response.
     *
     * @param input the next bytes of the response; consumed completely
     * @param events receives the events that these bytes complete, in order, on the calling thread
     * @throws SseEventTooLargeException if the event being read exceeds the maximum size
     */
    public void decode(ByteBuffer input, Consumer<? super SseEvent> events) {
        if (input.hasArray()) {
            int from = input.arrayOffset() + input.position();
            int count = input.remaining();
            input.position(input.limit());
            decode(input.array(), from, from + count, events);
            return;
        }
        byte[] step = scratch;
        if (step == null) {
            scratch = step = new byte[MAX_STEP];
        }
        while (input.hasRemaining()) {
            int count = Math.min(input.remaining(), step.length);
            input.get(step, 0, count);
            decode(step, 0, count, events);
        }
    }

    private void decode(byte[] bytes, int from, int to, Consumer<? super SseEvent> events) {
        int position = from;
        while (position < to) {
            if (skipLineFeed) {
                skipLineFeed = false;
                if (bytes[position] == LF) {
                    position++;
                    continue;
                }
            }
            int lineEnd = endOfLine(bytes, position, to);
            readLine(bytes, position, lineEnd);
            if (lineEnd == to) {
                return;
            }
            endLine(events);
            skipLineFeed = bytes[lineEnd] == CR;
            position = lineEnd + 1;
        }
    }

    private static int endOfLine(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b <= CR && (b == LF || b == CR)) {
                return i;
            }
        }
        return to;
    }

    /** Reads bytes of one line. The line may have begun in an earlier chunk and may end in a later one. */
    private void readLine(byte[] bytes, int from, int to) {
        int position = part == Part.NAME ? readName(bytes, from, to) : from;
        if (position == to || part == Part.NAME || part == Part.IGNORED) {
            return;
        }
        if (!valueStarted) {
            valueStarted = true;
            if (bytes[position] == ' ') {
                position++;
            }
        }
        reserve(to - position);
        (part == Part.DATA_VALUE ? data : type).append(bytes, position, to - position);
    }

    private int readName(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == ':') {
                endName();
                return i + 1;
            }
            if (nameLength == name.length) {
                part = Part.IGNORED;
                return to;
            }
            name[nameLength++] = bytes[i];
            if (atStart && nameLength == BYTE_ORDER_MARK.length) {
                atStart = false;
                nameLength = nameIs(BYTE_ORDER_MARK) ? 0 : nameLength;
            }
        }
        return to;
    }

    private void endName() {
        valueStarted = false;
        if (nameIs(DATA)) {
            part = Part.DATA_VALUE;
            startDataLine();
        } else if (nameIs(EVENT)) {
            part = Part.EVENT_VALUE;
            type.clear();
        } else {
            part = Part.IGNORED;
        }
    }

    private boolean nameIs(byte[] expected) {
        return Arrays.equals(name, 0, nameLength, expected, 0, expected.length);
    }

    private void startDataLine() {
        if (hasData) {
            reserve(1);
            data.append(LF);
        }
        hasData = true;
    }

    private void endLine(Consumer<? super SseEvent> events) {
        atStart = false;
        boolean blank = part == Part.NAME && nameLength == 0;
        if (part == Part.NAME) {
            endName();
        }
        part = Part.NAME;
        nameLength = 0;
        if (blank) {
            endEvent(events);
        }
    }

    private void endEvent(Consumer<? super SseEvent> events) {
        SseEvent event = hasData ? new SseEvent(typeName(), data.toByteArray()) : null;
        data.clear();
        type.clear();
        hasData = false;
        if (event != null) {
            events.accept(event);
        }
    }

    private String typeName() {
        return type.length() == 0 ? SseEvent.MESSAGE : new String(type.toByteArray(), StandardCharsets.UTF_8);
    }

    private void reserve(int count) {
        if (count > maxEventBytes - data.length() - type.length()) {
            throw new SseEventTooLargeException(maxEventBytes);
        }
    }
}
