package io.durablestreams.client;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.SettingsChecks;

/**
 * Timeout and retries of single requests: create, head, append, close, delete.
 *
 * @param timeout the longest wait for an answer, for each attempt; the default is 30 s
 * @param maxRetries how often a request is repeated that may be repeated, from 0; the default is 5. A server that asks
 *     for a wait of more than {@code timeout} (Retry-After) ends the request at once
 * @param backoff the waits in between
 * @param appendAtLeastOnce whether an append, or a close with a last message, is repeated although it is not known what
 *     became of an attempt, so that the message may be stored twice; the default is false: it is stored at most once, and
 *     fails with {@link AppendOutcomeUnknownException}
 */
public record RequestSettings(Duration timeout, int maxRetries, Backoff backoff, boolean appendAtLeastOnce) {

    /** 30 s, 5 retries, {@link Backoff#DEFAULT}, at most once. */
    public static final RequestSettings DEFAULT =
            new RequestSettings(Duration.ofSeconds(30), 5, Backoff.DEFAULT, false);

    public RequestSettings {
        SettingsChecks.requirePositive("timeout", timeout);
        SettingsChecks.requireNotNegative("maxRetries", maxRetries);
    }

    public RequestSettings withTimeout(Duration timeout) {
        return new RequestSettings(timeout, maxRetries, backoff, appendAtLeastOnce);
    }

    public RequestSettings withMaxRetries(int maxRetries) {
        return new RequestSettings(timeout, maxRetries, backoff, appendAtLeastOnce);
    }

    public RequestSettings withBackoff(Backoff backoff) {
        return new RequestSettings(timeout, maxRetries, backoff, appendAtLeastOnce);
    }

    public RequestSettings withAppendAtLeastOnce(boolean appendAtLeastOnce) {
        return new RequestSettings(timeout, maxRetries, backoff, appendAtLeastOnce);
    }
}
