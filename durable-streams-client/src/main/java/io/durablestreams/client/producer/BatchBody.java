package io.durablestreams.client.producer;

import java.util.Arrays;

/**
 * The body of a request, and the positions of its messages.
 *
 * @param bytes the messages: for a JSON stream as an array, otherwise concatenated
 * @param starts the index at which each message begins
 * @param separator the number of bytes between two messages
 */
record BatchBody(byte[] bytes, int[] starts, int separator) {

    /** Returns the number of messages. */
    int count() {
        return starts.length;
    }

    byte[] message(int index) {
        // In a JSON array, the last message is followed by a bracket, which is as long as a separator.
        int next = index + 1 < count() ? starts[index + 1] : bytes.length;
        return Arrays.copyOfRange(bytes, starts[index], next - separator);
    }

    /** Returns the size of the messages without separators. */
    int messageBytes() {
        return count() == 0 ? 0 : bytes.length - separator * (count() + 1);
    }
}
