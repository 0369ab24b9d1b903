package io.durablestreams.client;

import java.time.Duration;
import java.util.function.Consumer;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.SettingsChecks;
import io.durablestreams.protocol.reader.RestartPolicy;

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
 * @param whenGone what to do when the server has dropped what is behind the position (410); the default is to fail
 *     with a {@link StreamGoneException}
 * @param whenRecreated what to do when the stream was deleted and created anew, so that its offsets went backwards; the
 *     default is to fail with a {@link StreamProtocolException}
 */
public record ReaderSettings(
        Duration requestTimeout,
        Duration longPollTimeout,
        Duration sseIdleTimeout,
        int partBytes,
        int maxMessageBytes,
        int maxRetries,
        int maxLiveRetries,
        Backoff backoff,
        RestartPolicy whenGone,
        RestartPolicy whenRecreated) {

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
            Backoff.DEFAULT,
            RestartPolicy.FAIL,
            RestartPolicy.FAIL);

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
        return with(copy -> copy.requestTimeout = requestTimeout);
    }

    public ReaderSettings withLongPollTimeout(Duration longPollTimeout) {
        return with(copy -> copy.longPollTimeout = longPollTimeout);
    }

    public ReaderSettings withSseIdleTimeout(Duration sseIdleTimeout) {
        return with(copy -> copy.sseIdleTimeout = sseIdleTimeout);
    }

    public ReaderSettings withPartBytes(int partBytes) {
        return with(copy -> copy.partBytes = partBytes);
    }

    public ReaderSettings withMaxMessageBytes(int maxMessageBytes) {
        return with(copy -> copy.maxMessageBytes = maxMessageBytes);
    }

    public ReaderSettings withMaxRetries(int maxRetries) {
        return with(copy -> copy.maxRetries = maxRetries);
    }

    public ReaderSettings withMaxLiveRetries(int maxLiveRetries) {
        return with(copy -> copy.maxLiveRetries = maxLiveRetries);
    }

    public ReaderSettings withBackoff(Backoff backoff) {
        return with(copy -> copy.backoff = backoff);
    }

    public ReaderSettings withWhenGone(RestartPolicy whenGone) {
        return with(copy -> copy.whenGone = whenGone);
    }

    public ReaderSettings withWhenRecreated(RestartPolicy whenRecreated) {
        return with(copy -> copy.whenRecreated = whenRecreated);
    }

    private ReaderSettings with(Consumer<Copy> change) {
        Copy copy = new Copy();
        change.accept(copy);
        return copy.settings();
    }

    /** The components, one of which is about to change. */
    private final class Copy {

        private Duration requestTimeout = ReaderSettings.this.requestTimeout;
        private Duration longPollTimeout = ReaderSettings.this.longPollTimeout;
        private Duration sseIdleTimeout = ReaderSettings.this.sseIdleTimeout;
        private int partBytes = ReaderSettings.this.partBytes;
        private int maxMessageBytes = ReaderSettings.this.maxMessageBytes;
        private int maxRetries = ReaderSettings.this.maxRetries;
        private int maxLiveRetries = ReaderSettings.this.maxLiveRetries;
        private Backoff backoff = ReaderSettings.this.backoff;
        private RestartPolicy whenGone = ReaderSettings.this.whenGone;
        private RestartPolicy whenRecreated = ReaderSettings.this.whenRecreated;

        ReaderSettings settings() {
            return new ReaderSettings(
                    requestTimeout,
                    longPollTimeout,
                    sseIdleTimeout,
                    partBytes,
                    maxMessageBytes,
                    maxRetries,
                    maxLiveRetries,
                    backoff,
                    whenGone,
                    whenRecreated);
        }
    }
}
