package io.durablestreams.conformance.adapter;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Decodes the bytes of one read, where a character may begin in one batch and end in the next. */
final class Utf8 {

    private static final int LONGEST_CHARACTER = 4;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer held = ByteBuffer.allocate(0);

    /** Decodes the next bytes, all but those of a character whose end is missing. */
    String decode(List<byte[]> items) {
        ByteBuffer bytes = ByteBuffer.allocate(
                held.remaining() + items.stream().mapToInt(item -> item.length).sum());
        bytes.put(held);
        items.forEach(bytes::put);
        bytes.flip();
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        decoder.decode(bytes, text, false);
        held = bytes;
        return text.flip().toString();
    }

    /** Decodes the bytes held back. */
    String end() {
        CharBuffer text = CharBuffer.allocate(LONGEST_CHARACTER);
        decoder.decode(held, text, true);
        decoder.flush(text);
        return text.flip().toString();
    }
}
