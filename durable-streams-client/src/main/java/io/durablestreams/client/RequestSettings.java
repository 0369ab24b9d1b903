package io.durablestreams.client;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;

/**
 * Timeout and retries of single requests: create, head, append, close, delete.
 *
 * @param timeout the longest wait for an answer, for each attempt; the default is 30 s
 * @param maxRetries how often a request is repeated that may be repeated, from 0; the default is 5. A server that asks
 *     for a wait of more than {@code timeout} (Retry-After) ends the request at once
 * @param backoff the waits in between
 */
public record RequestSettings(Duration timeout, int maxRetries, Backoff backoff) {

    /** 30 s, 5 retries, {@link Backoff#DEFAULT}. */
    public static final RequestSettings DEFAULT = new RequestSettings(Duration.ofSeconds(30), 5, Backoff.DEFAULT);

    public RequestSettings {
        SettingsChecks.requirePositive("timeout", timeout);
        SettingsChecks.requireNotNegative("maxRetries", maxRetries);
    }

    public RequestSettings withTimeout(Duration timeout) {
        return new RequestSettings(timeout, maxRetries, backoff);
    }

    public RequestSettings withMaxRetries(int maxRetries) {
        return new RequestSettings(timeout, maxRetries, backoff);
    }

    public RequestSettings withBackoff(Backoff backoff) {
        return new RequestSettings(timeout, maxRetries, backoff);
    }
}
