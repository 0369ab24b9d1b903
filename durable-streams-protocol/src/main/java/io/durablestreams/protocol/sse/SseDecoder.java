package io.durablestreams.protocol.sse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Reads server-sent events out of bytes that arrive in pieces of any size (protocol §5.8, HTML standard 9.2).
 *
 * <p>Lines end with CR, LF or CRLF and with nothing else. One space after the colon is removed, a byte order mark at
 * the very start is skipped, and only the fields {@code event} and {@code data} count; comments and other fields are
 * skipped without being kept. An event without any {@code data} line is dropped, one with an empty {@code data} line
 * is an event with empty data. An event is complete with its blank line: what the last blank line leaves behind is
 * never handed out.
 *
 * <p>The data and the type of one event may together have the given number of bytes; more is a
 * {@link SseEventTooLargeException}, thrown as soon as the bytes are there. After that the decoder is of no more use.
 * A decoder serves one response and is not thread-safe.
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

    /** What the next byte of the line belongs to. */
    private enum Part {
        NAME,
        DATA_VALUE,
        EVENT_VALUE,
        IGNORED
    }

    /**
     * Creates a decoder for one response.
     *
     * @param maxEventBytes the most bytes that one event may have, at least 1
     */
    public SseDecoder(int maxEventBytes) {
        if (maxEventBytes < 1) {
            throw new IllegalArgumentException("maxEventBytes must be at least 1, but is " + maxEventBytes);
        }
        this.maxEventBytes = maxEventBytes;
    }

    /**
     * Reads on, up to the end of the input.
     *
     * @param input the next bytes of the response; all of them are consumed
     * @param events receives each event that these bytes complete, in order, on the calling thread
     * @throws SseEventTooLargeException when the event being read exceeds the limit
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

    /** Takes a run of bytes within one line: all of it, or what of it has arrived. */
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
