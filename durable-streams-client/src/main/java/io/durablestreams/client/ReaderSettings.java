package io.durablestreams.client;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;

/**
 * How a reader behaves.
 *
 * @param requestTimeout longest wait for the head of an answer, and between two parts of its body, of a request that
 *     the server answers at once; the default is 30 s
 * @param longPollTimeout the same for a long-poll, which the server holds for 30 s by default; the default is 60 s
 * @param sseIdleTimeout longest silence of an SSE connection before it counts as dead and is opened anew; must be
 *     above the server's rotation (about 60 s); the default is 90 s
 * @param partBytes size from which what has arrived of one answer is delivered before the rest; the default is 256 KiB
 * @param maxMessageBytes largest JSON message or SSE event that is read; the default is 16 MiB
 * @param maxRetries how often in a row a failing catch-up is retried; the default is 5
 * @param maxLiveRetries how often in a row a failing live read is retried; the default is {@link #UNLIMITED}
 * @param backoff the waits in between
 */
public record ReaderSettings(
        Duration requestTimeout,
        Duration longPollTimeout,
        Duration sseIdleTimeout,
        int partBytes,
        int maxMessageBytes,
        int maxRetries,
        int maxLiveRetries,
        Backoff backoff) {

    /** For {@link #maxLiveRetries()}: never give up. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** What the parameters' descriptions say. */
    public static final ReaderSettings DEFAULT = new ReaderSettings(
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(90),
            256 * 1024,
            16 * 1024 * 1024,
            5,
            UNLIMITED,
            Backoff.DEFAULT);

    public ReaderSettings {
        SettingsChecks.requirePositive("requestTimeout", requestTimeout);
        SettingsChecks.requirePositive("longPollTimeout", longPollTimeout);
        SettingsChecks.requirePositive("sseIdleTimeout", sseIdleTimeout);
        SettingsChecks.requirePositive("partBytes", partBytes);
        SettingsChecks.requirePositive("maxMessageBytes", maxMessageBytes);
        SettingsChecks.requireNotNegative("maxRetries", maxRetries);
        SettingsChecks.requireNotNegative("maxLiveRetries", maxLiveRetries);
    }

    public ReaderSettings withRequestTimeout(Duration requestTimeout) {
        return new ReaderSettings(
                requestTimeout,
                longPollTimeout,
                sseIdleTimeout,
                partBytes,
                maxMessageBytes,
                maxRetries,
                maxLiveRetries,
                backoff);
    }

    public ReaderSettings withLongPollTimeout(Duration longPollTimeout) {
        return new ReaderSettings(
                requestTimeout,
                longPollTimeout,
                sseIdleTimeout,
                partBytes,
                maxMessageBytes,
                maxRetries,
                maxLiveRetries,
                backoff);
    }

    public ReaderSettings withSseIdleTimeout(Duration sseIdleTimeout) {
        return new ReaderSettings(
                requestTimeout,
                longPollTimeout,
                sseIdleTimeout,
                partBytes,
                maxMessageBytes,
                maxRetries,
                maxLiveRetries,
                backoff);
    }

    public ReaderSettings withPartBytes(int partBytes) {
        return new ReaderSettings(
                requestTimeout,
                longPollTimeout,
                sseIdleTimeout,
                partBytes,
                maxMessageBytes,
                maxRetries,
                maxLiveRetries,
                backoff);
    }

    public ReaderSettings withMaxMessageBytes(int maxMessageBytes) {
        return new ReaderSettings(
                requestTimeout,
                longPollTimeout,
                sseIdleTimeout,
                partBytes,
                maxMessageBytes,
                maxRetries,
                maxLiveRetries,
                backoff);
    }

    public ReaderSettings withMaxRetries(int maxRetries) {
        return new ReaderSettings(
                requestTimeout,
                longPollTimeout,
                sseIdleTimeout,
                partBytes,
                maxMessageBytes,
                maxRetries,
                maxLiveRetries,
                backoff);
    }

    public ReaderSettings withMaxLiveRetries(int maxLiveRetries) {
        return new ReaderSettings(
                requestTimeout,
                longPollTimeout,
                sseIdleTimeout,
                partBytes,
                maxMessageBytes,
                maxRetries,
                maxLiveRetries,
                backoff);
    }

    public ReaderSettings withBackoff(Backoff backoff) {
        return new ReaderSettings(
                requestTimeout,
                longPollTimeout,
                sseIdleTimeout,
                partBytes,
                maxMessageBytes,
                maxRetries,
                maxLiveRetries,
                backoff);
    }
}
