package io.durablestreams.protocol.sse;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SseEventTest {

    private final SseEvent event = new SseEvent("data", new byte[] {1, 2});

    @Test
    void eventsAreEqualByTypeAndContent() {
        assertThat(event)
                .isEqualTo(new SseEvent("data", new byte[] {1, 2}))
                .hasSameHashCodeAs(new SseEvent("data", new byte[] {1, 2}))
                .isNotEqualTo(new SseEvent("control", new byte[] {1, 2}))
                .isNotEqualTo(new SseEvent("data", new byte[] {1, 3}));
    }

    @Test
    void itsTextTellsTheSizeInsteadOfTheContent() {
        assertThat(event).hasToString("SseEvent[type=data, data=2 bytes]");
    }
}
