package io.durablestreams.conformance;

import java.util.List;
import java.util.stream.IntStream;

/** What the tests write: each message can be told from all others, and has characters of every length in UTF-8. */
record Message(int number, String text) {

    private static final String ALPHABET = "a\u00e9\u20ac\uD83D\uDE00\"\\\n,[]{}";

    static Message numbered(int number) {
        return new Message(number, ALPHABET.repeat(number % 7));
    }

    /** The messages from one number on, up to but not including another. */
    static List<Message> numbered(int from, int to) {
        return IntStream.range(from, to).mapToObj(Message::numbered).toList();
    }
}
