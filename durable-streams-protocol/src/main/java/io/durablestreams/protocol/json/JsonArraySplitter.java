package io.durablestreams.protocol.json;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Splits a JSON array into its elements, the messages (protocol §9.1). The array arrives in chunks of any size, and
 * each message is available once it is complete. A body larger than memory can be read in parts of bounded size.
 *
 * <p>The splitter checks the structure of the array:
 * <ul>
 *   <li>The body is one array, followed by white space only. A byte order mark may precede it.
 *   <li>Exactly one comma separates two elements, and no comma is in another place.
 *   <li>Every string and every bracket ends.
 *   <li>No unescaped control character occurs, except white space outside strings.
 * </ul>
 *
 * <p>It does not check the content of the elements, which is the task of the parser that reads them. Each element is
 * one JSON value or is invalid; it is never empty and never contains several values.
 *
 * <p>Every byte is scanned once, regardless of the chunk sizes. The buffer contains the messages that have not been
 * taken and one incomplete message. Not thread-safe.
 *
 * <p>After an exception, {@link #take()} returns the complete messages before the one that is malformed or too large. A
 * splitter must not be used for anything else then.
 */
public final class JsonArraySplitter {

    private static final byte[] EMPTY = {};
    private static final byte LF = '\n';
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final int UNFINISHED = -1;

    private static final byte PLAIN = 0;
    private static final byte SPACE = 1;
    private static final byte COMMA = 2;
    private static final byte QUOTE = 3;
    private static final byte OPEN = 4;
    private static final byte CLOSE = 5;
    private static final byte CONTROL = 6;

    /** The kind of each byte outside strings. */
    private static final byte[] KIND = new byte[256];

    /** The bytes that cannot be skipped inside a string: quotes, backslashes and control characters. */
    private static final boolean[] SPECIAL_IN_STRING = new boolean[256];

    static {
        Arrays.fill(KIND, 0, ' ', CONTROL);
        Arrays.fill(SPECIAL_IN_STRING, 0, ' ', true);
        for (char c : new char[] {' ', '\t', '\n', '\r'}) {
            KIND[c] = SPACE;
        }
        KIND[','] = COMMA;
        KIND['"'] = QUOTE;
        KIND['['] = KIND['{'] = OPEN;
        KIND[']'] = KIND['}'] = CLOSE;
        SPECIAL_IN_STRING['"'] = true;
        SPECIAL_IN_STRING['\\'] = true;
    }

    /** The part of the body that the next byte belongs to. */
    private enum State {
        BEFORE_ARRAY,
        BEFORE_FIRST,
        BEFORE_NEXT,
        SCALAR,
        STRING,
        CONTAINER,
        BEHIND_ELEMENT,
        BEHIND_ARRAY
    }

    private final int maxMessageBytes;

    private State state = State.BEFORE_ARRAY;
    private int depth;
    private boolean escaped;
    private long received;
    private int marked;

    // The ready messages are in buffer from readyStart to readyEnd, the incomplete one from elementStart to end.
    private byte[] buffer = EMPTY;
    private int end;
    private int elementStart;
    private int readyStart;
    private int readyEnd;
    private int readyMessages;

    /** The end of the ready messages without the last one, which may be the beginning of a malformed message. */
    private int certainEnd;

    /**
     * Creates a splitter for one body.
     *
     * @param maxMessageBytes the maximum size of one message, in bytes; at least 1
     */
    public JsonArraySplitter(int maxMessageBytes) {
        if (maxMessageBytes < 1) {
            throw new IllegalArgumentException("maxMessageBytes must be at least 1, but is " + maxMessageBytes);
        }
        this.maxMessageBytes = maxMessageBytes;
    }

    /**
     * Complete messages in sequence. A line feed replaces the comma between two messages, so one JSON parser can read
     * them as root values. The array belongs to the receiver.
     *
     * <p>With Jackson, create the parser explicitly: {@code reader.readValues(reader.createParser(bytes, offset,
     * length))}. If {@code readValues} is called with the bytes and the first message is an array, it reads the
     * elements of that array instead.
     *
     * @param bytes the array that contains the messages
     * @param offset the index of the first byte of the first message
     * @param length the number of bytes up to the end of the last message
     * @param count the number of messages; at least 1
     */
    public record Messages(byte[] bytes, int offset, int length, int count) {

        /** Returns a copy of each message. A message may be malformed, but it is never empty and never contains several values. */
        public List<byte[]> each() {
            List<byte[]> each = new ArrayList<>(count);
            int end = offset + length;
            int position = offset;
            while (position < end) {
                if (KIND[bytes[position] & 0xff] == SPACE) {
                    position++;
                } else {
                    int to = endOf(position, end);
                    each.add(Arrays.copyOfRange(bytes, position, to));
                    position = to;
                }
            }
            return each;
        }

        private int endOf(int from, int end) {
            boolean isScalar = KIND[bytes[from] & 0xff] == PLAIN;
            int position = from;
            int open = 0;
            while (position < end) {
                byte kind = KIND[bytes[position] & 0xff];
                if (isScalar && kind != PLAIN) {
                    return position;
                }
                position = kind == QUOTE ? endOfString(position + 1, end) : position + 1;
                open += kind == OPEN ? 1 : kind == CLOSE ? -1 : 0;
                if (open == 0 && !isScalar) {
                    return position;
                }
            }
            return end;
        }

        private int endOfString(int from, int end) {
            int position = from;
            while (position < end && bytes[position] != '"') {
                position += bytes[position] == '\\' ? 2 : 1;
            }
            return Math.min(position + 1, end);
        }
    }

    /**
     * Reads the next chunk of the body.
     *
     * @param chunk the next bytes of the body; consumed completely
     * @throws InvalidJsonException if the body is not one JSON array
     * @throws MessageTooLargeException if a complete or incomplete message exceeds the maximum size
     */
    public void feed(ByteBuffer chunk) {
        int from = end;
        int count = chunk.remaining();
        makeRoom(count);
        chunk.get(buffer, end, count);
        end += count;
        received += count;
        scan(from);
        if (isInElement()) {
            requireAllowedSize(end);
        } else {
            dropWhiteSpace();
        }
    }

    /** Returns the size of the messages that {@link #take()} would return, in bytes, separators included. */
    public int readyBytes() {
        return readyEnd - readyStart;
    }

    /** Returns the number of messages that {@link #take()} would return. */
    public int readyMessages() {
        return readyMessages;
    }

    /** Returns and removes all complete messages, or returns null if there are none. */
    public @Nullable Messages take() {
        if (readyMessages == 0) {
            return null;
        }
        Messages messages = new Messages(buffer, readyStart, readyBytes(), readyMessages);
        buffer = isInElement() ? Arrays.copyOfRange(buffer, elementStart, end) : EMPTY;
        end = buffer.length;
        elementStart = 0;
        readyStart = 0;
        readyEnd = 0;
        certainEnd = 0;
        readyMessages = 0;
        return messages;
    }

    /** Returns whether the end of the array has been read. */
    public boolean isComplete() {
        return state == State.BEHIND_ARRAY;
    }

    /**
     * Checks that the array is complete, at the end of the body.
     *
     * @throws InvalidJsonException if it is not
     */
    public void end() {
        if (state == State.BEFORE_ARRAY) {
            throw new InvalidJsonException("the body is empty instead of a JSON array", received);
        }
        if (!isComplete()) {
            throw new InvalidJsonException("the body ends within the JSON array", received);
        }
    }

    private void makeRoom(int count) {
        int needed = Math.addExact(end, count);
        if (needed > buffer.length) {
            int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, buffer.length * 2L);
            buffer = Arrays.copyOf(buffer, Math.max(needed, doubled));
        }
    }

    private boolean isInElement() {
        return state == State.SCALAR || state == State.STRING || state == State.CONTAINER;
    }

    private void scan(int from) {
        int position = from;
        while (position < end) {
            position = switch (state) {
                case SCALAR -> scanScalar(position);
                case STRING -> scanString(position);
                case CONTAINER -> scanContainer(position);
                default -> scanBetweenElements(position);
            };
        }
    }

    private int scanBetweenElements(int position) {
        byte b = buffer[position];
        byte kind = KIND[b & 0xff];
        if (kind == SPACE) {
            return position + 1;
        }
        if (kind == CONTROL) {
            throw controlCharacter(position);
        }
        switch (state) {
            case BEFORE_ARRAY -> {
                if (isByteOrderMark(b, position)) {
                    marked++;
                    return position + 1;
                }
                if (b != '[' || marked % BYTE_ORDER_MARK.length != 0) {
                    throw invalid("the body is not a JSON array", position);
                }
                state = State.BEFORE_FIRST;
            }
            case BEFORE_FIRST, BEFORE_NEXT -> startElement(b, kind, position);
            case BEHIND_ELEMENT -> endSlot(b, position);
            default -> throw invalid("something follows the JSON array", position);
        }
        return position + 1;
    }

    /** Returns whether a byte continues the byte order mark at the beginning of the body. */
    private boolean isByteOrderMark(byte b, int position) {
        boolean contiguous = received - (end - position) == marked;
        return contiguous && marked < BYTE_ORDER_MARK.length && b == BYTE_ORDER_MARK[marked];
    }

    private void startElement(byte b, byte kind, int position) {
        elementStart = position;
        switch (kind) {
            case OPEN -> {
                depth = 1;
                state = State.CONTAINER;
            }
            case QUOTE -> state = State.STRING;
            case PLAIN -> {
                // ASCII only, because a parser would read the rest of the message differently after a byte order mark.
                if (b < 0) {
                    throw invalid("a message starts with a character outside of ASCII", position);
                }
                state = State.SCALAR;
            }
            default -> {
                if (b != ']' || state != State.BEFORE_FIRST) {
                    throw invalid("a message is missing", position);
                }
                state = State.BEHIND_ARRAY;
            }
        }
    }

    private void endSlot(byte b, int position) {
        switch (b) {
            case ',' -> {
                buffer[position] = LF;
                state = State.BEFORE_NEXT;
            }
            case ']' -> state = State.BEHIND_ARRAY;
            default -> {
                if (readyMessages > 0) {
                    readyMessages--;
                    readyEnd = certainEnd;
                }
                throw invalid("a comma is missing between two messages", position);
            }
        }
    }

    private int scanScalar(int from) {
        byte[] bytes = buffer;
        int to = end;
        int position = from;
        while (position < to && KIND[bytes[position] & 0xff] == PLAIN) {
            position++;
        }
        if (position < to) {
            endElement(position);
        }
        return position;
    }

    private int scanString(int from) {
        int position = skipString(from);
        if (position == UNFINISHED) {
            return end;
        }
        if (depth == 0) {
            endElement(position);
        } else {
            state = State.CONTAINER;
        }
        return position;
    }

    private int scanContainer(int from) {
        byte[] bytes = buffer;
        int to = end;
        int position = from;
        while (position < to) {
            byte kind = KIND[bytes[position++] & 0xff];
            if (kind < QUOTE) {
                continue;
            }
            if (kind == QUOTE) {
                position = skipString(position);
                if (position == UNFINISHED) {
                    state = State.STRING;
                    return to;
                }
            } else if (kind == OPEN) {
                depth++;
            } else if (kind == CONTROL) {
                throw controlCharacter(position - 1);
            } else if (--depth == 0) {
                endElement(position);
                return position;
            }
        }
        return to;
    }

    /** Returns the index after the closing quote, or {@link #UNFINISHED} if the string does not end in this chunk. */
    private int skipString(int from) {
        byte[] bytes = buffer;
        int to = end;
        int position = from;
        if (escaped) {
            escaped = false;
            position++;
        }
        while (true) {
            while (position < to && !SPECIAL_IN_STRING[bytes[position] & 0xff]) {
                position++;
            }
            if (position == to) {
                return UNFINISHED;
            }
            byte b = bytes[position++];
            if (b == '"') {
                return position;
            }
            if (b != '\\') {
                throw controlCharacter(position - 1);
            }
            if (position == to) {
                escaped = true;
                return UNFINISHED;
            }
            position++;
        }
    }

    private void endElement(int position) {
        requireAllowedSize(position);
        if (readyMessages == 0) {
            readyStart = elementStart;
            certainEnd = elementStart;
        } else {
            certainEnd = readyEnd;
        }
        readyEnd = position;
        readyMessages++;
        state = State.BEHIND_ELEMENT;
    }

    private void requireAllowedSize(int elementEnd) {
        if (elementEnd - elementStart > maxMessageBytes) {
            throw new MessageTooLargeException(maxMessageBytes);
        }
    }

    /**
     * Drops everything between two elements except one separator, because a sender may put any amount of white space
     * there.
     */
    private void dropWhiteSpace() {
        if (readyMessages == 0) {
            end = 0;
        } else if (end > readyEnd) {
            buffer[readyEnd] = LF;
            end = readyEnd + 1;
        }
    }

    private InvalidJsonException controlCharacter(int position) {
        return invalid("a control character is not escaped", position);
    }

    private InvalidJsonException invalid(String reason, int position) {
        return new InvalidJsonException(reason, received - (end - position));
    }
}
