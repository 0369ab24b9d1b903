package io.durablestreams.protocol.sse;

import java.util.Arrays;

/** A growable sequence of bytes. Clearing it keeps the buffer for reuse, unless the buffer is large. */
final class ByteAccumulator {

    private static final int MAX_KEPT_CAPACITY = 64 * 1024;
    private static final int MIN_CAPACITY = 256;
    private static final byte[] EMPTY = {};

    private byte[] bytes = EMPTY;
    private int length;

    int length() {
        return length;
    }

    void append(byte value) {
        ensureRoom(1);
        bytes[length++] = value;
    }

    void append(byte[] source, int from, int count) {
        ensureRoom(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    void clear() {
        length = 0;
        if (bytes.length > MAX_KEPT_CAPACITY) {
            bytes = EMPTY;
        }
    }

    private void ensureRoom(int count) {
        int needed = Math.addExact(length, count);
        if (needed > bytes.length) {
            int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, bytes.length * 2L);
            bytes = Arrays.copyOf(bytes, Math.max(MIN_CAPACITY, Math.max(needed, doubled)));
        }
    }
}
