package io.durablestreams.client.exchange;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class AttemptProgressTest {

    private static final Duration LIMIT = Duration.ofMillis(100);
    private static final Duration MORE_FOR_A_CONNECTION = Duration.ofSeconds(45);
    private static final Duration TICK = Duration.ofMillis(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AttemptProgress progress = new AttemptProgress(new Timing(Clock.systemUTC(), time, () -> 0));
    private final AtomicBoolean expired = new AtomicBoolean();

    @Test
    void aConnectionMayTakeLonger() {
        begin();
        progress.valuesKnown();
        progress.passedOn();

        time.advanceTimeBy(LIMIT.plus(MORE_FOR_A_CONNECTION).minus(TICK));
        assertThat(expired).isFalse();
        time.advanceTimeBy(TICK);
        assertThat(expired).isTrue();
    }

    @Test
    void anAnswerHasItsOwnTimeAlsoAfterALongWaitForTheConnection() {
        begin();
        progress.valuesKnown();
        progress.passedOn();
        time.advanceTimeBy(LIMIT.multipliedBy(5).plus(TICK));
        progress.sent();

        time.advanceTimeBy(LIMIT.minus(TICK));
        assertThat(expired).isFalse();
        time.advanceTimeBy(TICK);
        assertThat(expired).isTrue();
    }

    @Test
    void eachStageHasItsOwnTime() {
        begin();
        time.advanceTimeBy(LIMIT.minus(TICK));
        progress.valuesKnown();
        time.advanceTimeBy(LIMIT.minus(TICK));
        assertThat(expired).isFalse();

        time.advanceTimeBy(TICK);
        assertThat(expired).isTrue();
    }

    @Test
    void allStagesTogetherEndByTheLimitOfTheAttempt() {
        begin(LIMIT.plus(LIMIT.dividedBy(2)));
        time.advanceTimeBy(LIMIT.minus(TICK));
        progress.valuesKnown();
        progress.passedOn();
        progress.sent();

        time.advanceTimeBy(LIMIT.dividedBy(2));
        assertThat(expired).isFalse();
        time.advanceTimeBy(TICK);
        assertThat(expired).isTrue();
    }

    private void begin() {
        begin(AttemptProgress.Limits.UNLIMITED);
    }

    private void begin(Duration whole) {
        Disposable subscription = progress.expiry(new AttemptProgress.Limits(LIMIT, MORE_FOR_A_CONNECTION, whole))
                .subscribe(v -> {}, e -> {}, () -> expired.set(true));
        assertThat(subscription.isDisposed()).isFalse();
    }
}
