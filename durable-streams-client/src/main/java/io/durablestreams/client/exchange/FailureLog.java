package io.durablestreams.client.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import reactor.core.Disposable;

/**
 * Logs the failures of a client and its variants, however many there are. The first failure of a kind is logged at once.
 * The later ones of an interval share one line at its end, with their number and the first of them. All of these lines
 * have no stack trace. At DEBUG, each failure is logged with its stack trace. Thread-safe.
 *
 * <p>Failures with exceptions of different classes are counted separately, so that an outage does not hide another
 * problem.
 */
public final class FailureLog {

    /** The time between two lines about failures of the same kind. */
    public static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Timing timing;
    private final Map<Key, Count> counts = new HashMap<>();
    private volatile boolean ended;

    /**
     * A kind of failures.
     *
     * @param logger the logger
     * @param level the level of the lines
     * @param event the event, after a number, such as "requests failed"
     */
    public record Kind(Logger logger, Level level, String event) {}

    private record Key(Kind kind, Class<?> failure) {}

    /** The failures of an interval after the failure that was logged at its beginning. */
    private static final class Count {

        private final long begunNanos;
        private long more;
        private @Nullable String first;
        private @Nullable Disposable timer;

        Count(long begunNanos) {
            this.begunNanos = begunNanos;
        }
    }

    /**
     * Creates a log without failures.
     *
     * @param timing measures the intervals
     */
    public FailureLog(Timing timing) {
        this.timing = timing;
    }

    /**
     * Logs one failure, or counts it.
     *
     * @param kind the kind of the failure
     * @param events the number of events that the failure stands for
     * @param failure the failure
     * @param description the description of the failure, with its reason
     */
    public void add(Kind kind, int events, Throwable failure, Supplier<String> description) {
        if (!ended && isFirst(new Key(kind, failure.getClass()), events, description)) {
            kind.logger().atLevel(kind.level()).log(description.get());
        }
        if (kind.logger().isDebugEnabled()) {
            kind.logger().debug(description.get(), failure);
        }
    }

    private synchronized boolean isFirst(Key key, int events, Supplier<String> description) {
        Count count = counts.get(key);
        long now = timing.nanos();
        if (count == null || count.more == 0 && now - count.begunNanos >= INTERVAL.toNanos()) {
            counts.put(key, new Count(now));
            return true;
        }
        if (count.more == 0) {
            count.first = description.get();
            count.timer = timer(key);
        }
        count.more += events;
        return false;
    }

    /** Starts the timer at a second failure, so that nothing waits for the end of an interval without one. */
    private @Nullable Disposable timer(Key key) {
        try {
            return timing.scheduler().schedule(() -> log(end(key)), INTERVAL.toSeconds(), TimeUnit.SECONDS);
        } catch (RejectedExecutionException ended) {
            return null; // The application ends. The failures are counted until the client is disposed.
        }
    }

    private synchronized List<Line> end(Key key) {
        Count count = counts.get(key);
        if (count == null || count.more == 0) {
            return List.of();
        }
        Line line = new Line(key.kind(), count.more, String.valueOf(count.first));
        counts.put(key, new Count(timing.nanos()));
        return List.of(line);
    }

    /** Logs the counted failures now, and later ones at DEBUG only. The client ends, and requests fail for that reason. */
    public void end() {
        ended = true;
        flush();
    }

    /** Logs the counted failures of all kinds now. */
    public void flush() {
        log(endAll());
    }

    private synchronized List<Line> endAll() {
        List<Line> lines = new ArrayList<>();
        counts.forEach((key, count) -> {
            if (count.timer != null) {
                count.timer.dispose();
            }
            if (count.more > 0) {
                lines.add(new Line(key.kind(), count.more, String.valueOf(count.first)));
            }
        });
        counts.clear();
        return lines;
    }

    /** A line about the failures of an interval. Logged without the lock. */
    private record Line(Kind kind, long more, String first) {}

    private static void log(List<Line> lines) {
        for (Line line : lines) {
            line.kind()
                    .logger()
                    .atLevel(line.kind().level())
                    .log(
                            "{} more {} in the last minute; the first: {}",
                            line.more(),
                            line.kind().event(),
                            line.first());
        }
    }
}
