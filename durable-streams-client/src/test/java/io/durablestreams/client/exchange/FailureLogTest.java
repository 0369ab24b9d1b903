package io.durablestreams.client.exchange;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.test.scheduler.VirtualTimeScheduler;

import static org.assertj.core.api.Assertions.assertThat;

class FailureLogTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger(FailureLogTest.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final FailureLog log = new FailureLog(new Timing(Clock.systemUTC(), time, () -> 0.5));
    private final FailureLog.Kind kind = new FailureLog.Kind(logger, org.slf4j.event.Level.WARN, "requests failed");

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(logged);
        logger.setLevel(null);
    }

    private void fail(String reason) {
        log.add(kind, 2, new IOException(reason), () -> "failed: " + reason);
    }

    private List<String> lines() {
        return logged.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Test
    void theFirstIsLoggedAtOnceAndTheOthersOfAMinuteTogether() {
        for (int i = 0; i < 600; i++) {
            fail("no " + i);
            time.advanceTimeBy(Duration.ofMillis(100));
        }
        time.advanceTimeBy(Duration.ofMinutes(1));

        assertThat(lines())
                .containsExactly(
                        "WARN failed: no 0",
                        "WARN 1198 more requests failed in the last minute; the first: failed: no 1");
        assertThat(logged.list).allMatch(event -> event.getThrowableProxy() == null);
    }

    @Test
    void anIntervalWithoutFailuresEndsTheSilence() {
        fail("once");
        time.advanceTimeBy(FailureLog.INTERVAL);
        fail("again");

        assertThat(lines()).containsExactly("WARN failed: once", "WARN failed: again");
    }

    @Test
    void anotherProblemIsNotHidden() {
        fail("outage");
        log.add(kind, 1, new IllegalStateException(), () -> "failed: nonsense");

        assertThat(lines()).containsExactly("WARN failed: outage", "WARN failed: nonsense");
    }

    @Test
    void theStackTraceOfEachIsLoggedAtDebug() {
        logger.setLevel(Level.DEBUG);
        fail("a");
        fail("b");

        assertThat(lines()).containsExactly("WARN failed: a", "DEBUG failed: a", "DEBUG failed: b");
        assertThat(logged.list).last().matches(event -> event.getThrowableProxy() != null);
    }

    @Test
    void atTheEndTheCountedOnesAreLogged() {
        fail("a");
        fail("b");
        log.flush();
        time.advanceTimeBy(FailureLog.INTERVAL);

        assertThat(lines())
                .containsExactly(
                        "WARN failed: a", "WARN 2 more requests failed in the last minute; the first: failed: b");
    }
}
