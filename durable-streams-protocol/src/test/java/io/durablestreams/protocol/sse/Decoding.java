package io.durablestreams.protocol.sse;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Ways to cut a stream of events into the chunks in which it arrives. */
final class Decoding {

    private static final int LIMIT = 1024 * 1024;

    private Decoding() {}

    static List<SseEvent> atOnce(byte[] stream) {
        return inChunks(ByteBuffer.wrap(stream));
    }

    static List<SseEvent> splitAt(int position, byte[] stream) {
        return inChunks(
                ByteBuffer.wrap(stream, 0, position), ByteBuffer.wrap(stream, position, stream.length - position));
    }

    static List<SseEvent> byteByByte(byte[] stream) {
        ByteBuffer[] chunks = new ByteBuffer[stream.length];
        Arrays.setAll(chunks, i -> ByteBuffer.wrap(stream, i, 1));
        return inChunks(chunks);
    }

    static List<SseEvent> inChunks(ByteBuffer... chunks) {
        SseDecoder decoder = new SseDecoder(LIMIT);
        List<SseEvent> events = new ArrayList<>();
        for (ByteBuffer chunk : chunks) {
            decoder.decode(chunk, events::add);
        }
        return events;
    }
}
