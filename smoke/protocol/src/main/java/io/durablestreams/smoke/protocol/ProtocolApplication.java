package io.durablestreams.smoke.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.json.JsonMessages;
import io.durablestreams.protocol.sse.SseDecoder;
import io.durablestreams.protocol.sse.SseEvent;

/** Splits an append into messages, joins them again, and decodes a server-sent event. */
final class ProtocolApplication {

    private ProtocolApplication() {}

    public static void main(String[] args) {
        List<byte[]> messages = JsonMessages.split("[ {\"id\": 1}, 2 ]".getBytes(StandardCharsets.UTF_8));
        expect("[{\"id\":1},2]", new String(JsonMessages.join(messages), StandardCharsets.UTF_8));

        List<SseEvent> events = new ArrayList<>();
        new SseDecoder(1024)
                .decode(ByteBuffer.wrap("event: data\ndata: tea\n\n".getBytes(StandardCharsets.UTF_8)), events::add);
        expect(List.of(new SseEvent(SseEvent.DATA, "tea".getBytes(StandardCharsets.UTF_8))), events);

        expect("-1", Offset.BEGINNING.value());
    }

    private static void expect(Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new IllegalStateException("Expected " + expected + ", got " + actual);
        }
    }
}
