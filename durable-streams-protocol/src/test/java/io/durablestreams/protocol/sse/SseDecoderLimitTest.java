package io.durablestreams.protocol.sse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SseDecoderLimitTest {

    private static final int LIMIT = 10;

    private final SseDecoder decoder = new SseDecoder(LIMIT);
    private final List<SseEvent> events = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: 01234567890\n\n",
                "data: 01234567890",
                "data: 01234\ndata: 56789",
                "data: 0123456789\ndata:",
                "event: 01234567890",
                "event: 01234\ndata: 567890",
                "data: 01234\nevent: 567890",
                "data\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\ndata\n"
            })
    void refusesAnEventThatExceedsTheLimitWhetherItEndsOrNot(String stream) {
        assertThatExceptionOfType(SseEventTooLargeException.class)
                .isThrownBy(() -> decode(stream))
                .satisfies(tooLarge -> assertThat(tooLarge.limit()).isEqualTo(LIMIT))
                .withMessageContaining("limit of 10 bytes");
        assertThatExceptionOfType(SseEventTooLargeException.class).isThrownBy(() -> byteByByte(stream));
        assertThat(events).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data: 0123456789\n\n",
                "data: 01234\ndata: 6789\n\n",
                "event: 01234\ndata: 56789\n\n",
                "event: 012345\nevent: 678901\nevent: 01234\ndata: 56789\n\n"
            })
    void acceptsEventsThatJustMeetTheLimitOneAfterTheOther(String stream) {
        for (int i = 0; i < 5; i++) {
            decode(stream);
            byteByByte(stream);
        }

        assertThat(events).hasSize(10).containsOnly(events.get(0));
    }

    @Test
    void doesNotCountTheTypeOfAnEventThatWasDropped() {
        decode("event: 0123456789\n\ndata: 0123456789\n\n");

        assertThat(events).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {": comment ", "id: ", "retry: 1", "unknown", "datax: "})
    void doesNotKeepWhatItSkipsEvenIfTheLineNeverEnds(String lineStart) {
        decode("data: 1\n" + lineStart);
        for (int i = 0; i < 1_000; i++) {
            decode("x".repeat(1_000));
        }
        decode("\n\n");

        assertThat(events).containsExactly(new SseEvent("message", new byte[] {'1'}));
    }

    @Test
    void handsOutTheEventsBeforeTheOneThatIsTooLarge() {
        assertThatExceptionOfType(SseEventTooLargeException.class)
                .isThrownBy(() -> decode("data: 1\n\ndata: 01234567890\n\n"));

        assertThat(events).hasSize(1);
    }

    private void decode(String text) {
        decoder.decode(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), events::add);
    }

    private void byteByByte(String stream) {
        SseDecoder fresh = new SseDecoder(LIMIT);
        for (byte b : stream.getBytes(StandardCharsets.UTF_8)) {
            fresh.decode(ByteBuffer.wrap(new byte[] {b}), events::add);
        }
    }
}
