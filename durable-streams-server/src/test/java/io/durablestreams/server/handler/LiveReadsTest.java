package io.durablestreams.server.handler;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

import io.durablestreams.server.store.memory.InMemoryStreamStore;

import static org.assertj.core.api.Assertions.assertThat;

class LiveReadsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final LiveReads liveReads = new LiveReads(new InMemoryStreamStore(), time);

    @Test
    void aReadIsAskedToEndWhenItsLifetimeIsOver() {
        LiveRead read = liveReads.open("/s", A_MINUTE);
        time.advanceTimeBy(Duration.ofMillis(59_999));
        assertThat(read.hasEnded()).isFalse();

        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(read.hasEnded()).isTrue();
        assertThat(liveReads.size()).as("it has to release itself").isOne();
        read.dispose();
        assertThat(liveReads.size()).isZero();
    }

    @Test
    void stoppingCompletesWhenTheLastReadIsReleased() {
        LiveRead one = liveReads.open("/s", A_MINUTE);
        LiveRead other = liveReads.open("/t", A_MINUTE);

        StepVerifier.create(liveReads.stop())
                .expectSubscription()
                .then(() -> assertThat(one.hasEnded() && other.hasEnded()).isTrue())
                .then(one::dispose)
                .expectNoEvent(Duration.ofMillis(1))
                .then(other::dispose)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void stoppingWithoutReadsCompletesAtOnceAndCanBeRepeated() {
        StepVerifier.create(liveReads.stop()).expectComplete().verify(TIMEOUT);
        StepVerifier.create(liveReads.stop()).expectComplete().verify(TIMEOUT);
    }

    @Test
    void nothingStopsBeforeSomebodySubscribes() {
        liveReads.stop();

        assertThat(liveReads.open("/s", A_MINUTE).hasEnded()).isFalse();
    }

    @Test
    void readsThatBeginWhileStoppedEndAtOnceAndThoseAfterAStartDoNot() {
        StepVerifier.create(liveReads.stop()).expectComplete().verify(TIMEOUT);
        assertThat(liveReads.open("/s", A_MINUTE).hasEnded()).isTrue();

        liveReads.start();

        assertThat(liveReads.open("/s", A_MINUTE).hasEnded()).isFalse();
    }

    @Test
    void aStartDoesNotLeaveThoseWaitingWhoStopped() {
        liveReads.open("/s", A_MINUTE);

        StepVerifier.create(liveReads.stop())
                .expectSubscription()
                .then(liveReads::start)
                .expectComplete()
                .verify(TIMEOUT);
    }
}
