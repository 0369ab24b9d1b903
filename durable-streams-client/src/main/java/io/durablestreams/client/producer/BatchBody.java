package io.durablestreams.client.producer;

import java.util.Arrays;

/**
 * The body of a request, and where its messages are in it.
 *
 * @param bytes for a JSON stream an array of the messages, otherwise one message behind the other
 * @param starts where each message begins
 * @param separator the number of bytes between two messages
 */
record BatchBody(byte[] bytes, int[] starts, int separator) {

    /** The number of messages. */
    int count() {
        return starts.length;
    }

    byte[] message(int index) {
        // Behind the last message comes a bracket where there are separators, which is as long as one.
        int next = index + 1 < count() ? starts[index + 1] : bytes.length;
        return Arrays.copyOfRange(bytes, starts[index], next - separator);
    }

    /** The size of the messages alone. */
    int messageBytes() {
        return count() == 0 ? 0 : bytes.length - separator * (count() + 1);
    }
}
