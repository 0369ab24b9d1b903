package io.durablestreams.autoconfigure.lifecycle;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;

class EndingLifecycleTest {

    private final Sinks.Empty<Void> ended = Sinks.empty();
    private final List<String> events = new ArrayList<>();
    private final EndingLifecycle lifecycle = new EndingLifecycle(7, false) {

        @Override
        protected Mono<Void> end() {
            return ended.asMono();
        }

        @Override
        protected void notEnded(Throwable failure) {
            events.add(String.valueOf(failure.getMessage()));
        }
    };

    @Test
    void aStartBeforeTheEndHasCompletedCounts() {
        lifecycle.start();
        lifecycle.stop(() -> events.add("called back"));
        assertThat(lifecycle.isRunning()).isFalse();
        assertThat(events).isEmpty();

        lifecycle.start();
        ended.tryEmitEmpty();

        assertThat(events).containsExactly("called back");
        assertThat(lifecycle.isRunning()).isTrue();
    }

    @Test
    void anEndThatFailsIsReportedAndCallsBack() {
        lifecycle.start();
        lifecycle.stop(() -> events.add("called back"));

        ended.tryEmitError(new IllegalStateException("failed"));

        assertThat(events).containsExactly("failed", "called back");
        assertThat(lifecycle.isRunning()).isFalse();
    }
}
