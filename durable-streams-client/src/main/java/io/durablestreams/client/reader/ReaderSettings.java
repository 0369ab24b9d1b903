package io.durablestreams.client.reader;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.SettingsChecks;
import io.durablestreams.protocol.reader.ReadPolicy;
import io.durablestreams.protocol.reader.RestartPolicy;

/**
 * Settings of a {@link StreamReader}, grouped by subject. Start from {@link #DEFAULT} and change single settings:
 * {@code ReaderSettings.DEFAULT.withMaxRetries(0)}. Each change is checked at once.
 *
 * @param timeouts the longest silence of a connection in each mode of reading
 * @param sizes the size of batches and messages
 * @param retries the retries of failing requests
 * @param restarts the reaction to a position that no longer exists
 * @param whenUnreadable the reaction to a message that cannot be read as the type of the reader. The default is to fail
 */
public record ReaderSettings(
        Timeouts timeouts, Sizes sizes, Retries retries, Restarts restarts, UnreadablePolicy whenUnreadable) {

    /** For {@link Retries#maxLiveRetries()}: never give up. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** The default of every group. */
    public static final ReaderSettings DEFAULT = new ReaderSettings(
            Timeouts.DEFAULT, Sizes.DEFAULT, Retries.DEFAULT, Restarts.DEFAULT, UnreadablePolicy.FAIL);

    /** Returns settings with the longest silence of requests that the server answers at once. */
    public ReaderSettings withRequestTimeout(Duration requestTimeout) {
        return with(new Timeouts(requestTimeout, timeouts.longPollTimeout, timeouts.sseIdleTimeout));
    }

    /** Returns settings with the longest silence of long-polls. */
    public ReaderSettings withLongPollTimeout(Duration longPollTimeout) {
        return with(new Timeouts(timeouts.requestTimeout, longPollTimeout, timeouts.sseIdleTimeout));
    }

    /** Returns settings with the longest silence in the body of an SSE connection. */
    public ReaderSettings withSseIdleTimeout(Duration sseIdleTimeout) {
        return with(new Timeouts(timeouts.requestTimeout, timeouts.longPollTimeout, sseIdleTimeout));
    }

    /** Returns settings with the size from which a part of a response is delivered before the rest, in bytes. */
    public ReaderSettings withPartBytes(int partBytes) {
        return with(new Sizes(partBytes, sizes.maxMessageBytes));
    }

    /** Returns settings with the size of the largest accepted JSON message or SSE event, in bytes. */
    public ReaderSettings withMaxMessageBytes(int maxMessageBytes) {
        return with(new Sizes(sizes.partBytes, maxMessageBytes));
    }

    /** Returns settings with the number of consecutive retries of a failing catch-up read. */
    public ReaderSettings withMaxRetries(int maxRetries) {
        return with(new Retries(maxRetries, retries.maxLiveRetries, retries.maxRetryAfter, retries.backoff));
    }

    /** Returns settings with the number of consecutive retries of a failing live read. */
    public ReaderSettings withMaxLiveRetries(int maxLiveRetries) {
        return with(new Retries(retries.maxRetries, maxLiveRetries, retries.maxRetryAfter, retries.backoff));
    }

    /** Returns settings with the longest wait that the server may ask for. */
    public ReaderSettings withMaxRetryAfter(Duration maxRetryAfter) {
        return with(new Retries(retries.maxRetries, retries.maxLiveRetries, maxRetryAfter, retries.backoff));
    }

    /** Returns settings with the waits between attempts. */
    public ReaderSettings withBackoff(Backoff backoff) {
        return with(new Retries(retries.maxRetries, retries.maxLiveRetries, retries.maxRetryAfter, backoff));
    }

    /** Returns settings with the reaction to a position that the server no longer has. */
    public ReaderSettings withWhenGone(RestartPolicy whenGone) {
        return with(new Restarts(whenGone, restarts.whenRecreated));
    }

    /** Returns settings with the reaction to a recreated stream. */
    public ReaderSettings withWhenRecreated(RestartPolicy whenRecreated) {
        return with(new Restarts(restarts.whenGone, whenRecreated));
    }

    /**
     * Returns settings with the reaction to a message that cannot be read. {@link StreamReader#onUnreadable} overrides
     * it for one reader.
     */
    public ReaderSettings withWhenUnreadable(UnreadablePolicy whenUnreadable) {
        return new ReaderSettings(timeouts, sizes, retries, restarts, whenUnreadable);
    }

    private ReaderSettings with(Timeouts changed) {
        return new ReaderSettings(changed, sizes, retries, restarts, whenUnreadable);
    }

    private ReaderSettings with(Sizes changed) {
        return new ReaderSettings(timeouts, changed, retries, restarts, whenUnreadable);
    }

    private ReaderSettings with(Retries changed) {
        return new ReaderSettings(timeouts, sizes, changed, restarts, whenUnreadable);
    }

    private ReaderSettings with(Restarts changed) {
        return new ReaderSettings(timeouts, sizes, retries, changed, whenUnreadable);
    }

    /**
     * The longest silence of a connection in each mode of reading: before the head of a response, and between two parts
     * of its body.
     *
     * @param requestTimeout for requests that the server answers at once, and the head of an SSE response. It is also
     *     the longest time that a {@link ReadRecovery} may take. The default is 30 s
     * @param longPollTimeout for long-polls, which the server holds for 30 s by default. The default is 60 s
     * @param sseIdleTimeout for the body of an SSE connection. After this silence the connection counts as dead, and
     *     the reader opens a new one. Must be longer than the server's rotation (about 60 s). The default is 90 s
     */
    public record Timeouts(Duration requestTimeout, Duration longPollTimeout, Duration sseIdleTimeout) {

        /** 30 s, 60 s for long-polls, 90 s for SSE. */
        public static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(90));

        /** @throws IllegalArgumentException if a timeout is not positive */
        public Timeouts {
            SettingsChecks.requirePositive("requestTimeout", requestTimeout);
            SettingsChecks.requirePositive("longPollTimeout", longPollTimeout);
            SettingsChecks.requirePositive("sseIdleTimeout", sseIdleTimeout);
        }
    }

    /**
     * The size of batches and messages.
     *
     * @param partBytes the size from which the part of a response that has arrived is delivered before the rest. The
     *     default is 256 KiB
     * @param maxMessageBytes the size of the largest JSON message or SSE event that a reader accepts. The default is
     *     16 MiB
     */
    public record Sizes(int partBytes, int maxMessageBytes) {

        /** Parts of 256 KiB, messages of up to 16 MiB. */
        public static final Sizes DEFAULT = new Sizes(256 << 10, 16 << 20);

        /** @throws IllegalArgumentException if a size is not positive */
        public Sizes {
            SettingsChecks.requirePositive("partBytes", partBytes);
            SettingsChecks.requirePositive("maxMessageBytes", maxMessageBytes);
        }
    }

    /**
     * The retries of failing requests.
     *
     * @param maxRetries the number of consecutive retries of a failing catch-up read. The default is 5
     * @param maxLiveRetries the number of consecutive retries of a failing read with a live mode, from its start on. The
     *     default is {@link #UNLIMITED}
     * @param maxRetryAfter the longest wait that the server may ask for ({@code Retry-After}). If it asks for a longer
     *     one, the read fails at once with a {@link io.durablestreams.client.error.TransientStreamException}, also in a
     *     live mode. The default is 5 min
     * @param backoff the waits between attempts. The default is {@link Backoff#DEFAULT}
     */
    public record Retries(int maxRetries, int maxLiveRetries, Duration maxRetryAfter, Backoff backoff) {

        /** 5 retries, no limit for live reads, 5 min, {@link Backoff#DEFAULT}. */
        public static final Retries DEFAULT = new Retries(5, UNLIMITED, ReadPolicy.MAX_RETRY_AFTER, Backoff.DEFAULT);

        /** @throws IllegalArgumentException if a component is negative */
        public Retries {
            SettingsChecks.requireNotNegative("maxRetries", maxRetries);
            SettingsChecks.requireNotNegative("maxLiveRetries", maxLiveRetries);
            SettingsChecks.requireNotNegative("maxRetryAfter", maxRetryAfter);
        }
    }

    /**
     * The reaction of a reader to a position that no longer exists.
     *
     * @param whenGone the reaction when the server no longer has the data at the position (410). The default is to fail
     *     with a {@link io.durablestreams.client.error.StreamGoneException}
     * @param whenRecreated the reaction when the stream was deleted and recreated, so that its offsets went backwards.
     *     The default is to fail with a {@link io.durablestreams.client.error.StreamProtocolException}
     */
    public record Restarts(RestartPolicy whenGone, RestartPolicy whenRecreated) {

        /** Fails in both cases. */
        public static final Restarts DEFAULT = new Restarts(RestartPolicy.FAIL, RestartPolicy.FAIL);
    }
}
