package io.durablestreams.client.exchange;

import java.time.Duration;

import io.durablestreams.protocol.Backoff;
import io.durablestreams.protocol.SettingsChecks;

/**
 * Timeout and retries of single requests: create, head, append, close, delete.
 *
 * @param timeout the longest wait for the response to one attempt, from the moment at which the request has a
 *     connection. The values of its headers and parameters, and the filters of the {@link
 *     org.springframework.web.reactive.function.client.WebClient}, may each take as long. The default is 30 s
 * @param maxRetries the number of retries of a request that may be repeated. If the server asks for a wait of more than
 *     {@code timeout} (Retry-After), the request fails without a further retry. The default is 5
 * @param backoff the waits between attempts. The default is {@link Backoff#DEFAULT}
 * @param appendAtLeastOnce whether an append, or a close with a final message, is repeated after an attempt with an
 *     unknown outcome. The message may then be stored twice. The default is false: the message is stored at most once,
 *     and the append fails with {@link io.durablestreams.client.error.AppendOutcomeUnknownException}
 */
public record RequestSettings(Duration timeout, int maxRetries, Backoff backoff, boolean appendAtLeastOnce) {

    /** 30 s, 5 retries, {@link Backoff#DEFAULT}, at most once. */
    public static final RequestSettings DEFAULT =
            new RequestSettings(Duration.ofSeconds(30), 5, Backoff.DEFAULT, false);

    /** @throws IllegalArgumentException if {@code timeout} is not positive, or {@code maxRetries} is negative */
    public RequestSettings {
        SettingsChecks.requirePositive("timeout", timeout);
        SettingsChecks.requireNotNegative("maxRetries", maxRetries);
    }

    /** Returns settings with the longest wait for the response to one attempt. */
    public RequestSettings withTimeout(Duration timeout) {
        return new RequestSettings(timeout, maxRetries, backoff, appendAtLeastOnce);
    }

    /** Returns settings with the number of retries. */
    public RequestSettings withMaxRetries(int maxRetries) {
        return new RequestSettings(timeout, maxRetries, backoff, appendAtLeastOnce);
    }

    /** Returns settings with the waits between attempts. */
    public RequestSettings withBackoff(Backoff backoff) {
        return new RequestSettings(timeout, maxRetries, backoff, appendAtLeastOnce);
    }

    /** Returns settings that repeat, or do not repeat, an append with an unknown outcome. */
    public RequestSettings withAppendAtLeastOnce(boolean appendAtLeastOnce) {
        return new RequestSettings(timeout, maxRetries, backoff, appendAtLeastOnce);
    }
}
