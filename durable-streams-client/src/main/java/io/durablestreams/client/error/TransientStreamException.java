package io.durablestreams.client.error;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A failure that may pass: no connection, a broken connection, a timeout, or a response of 408, 429 or 5xx (except
 * 501). When an application receives this exception, the retries that the settings allow are used up, or the server has
 * asked for a longer wait than they allow.
 */
public class TransientStreamException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    private final @Nullable Duration retryAfter;
    private final boolean nothingStored;

    /**
     * Creates the exception from a description of the failure.
     *
     * @param failure the description
     * @param retryAfter the shortest wait before the next attempt that the server asked for, or null
     * @param nothingStored whether it is certain that the request had no effect
     */
    public TransientStreamException(Failure failure, @Nullable Duration retryAfter, boolean nothingStored) {
        super(failure);
        this.retryAfter = retryAfter;
        this.nothingStored = nothingStored;
    }

    /** Returns the shortest wait before the next attempt that the server asked for ({@code Retry-After}), or null. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Returns whether it is certain that the request had no effect, so that even a plain append may be repeated. */
    public boolean nothingStored() {
        return nothingStored;
    }
}
