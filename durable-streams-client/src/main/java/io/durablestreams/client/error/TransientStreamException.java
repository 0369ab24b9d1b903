package io.durablestreams.client.error;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * A failure that may pass: no connection, a cut connection, a timeout, or an answer of 408, 429 or 5xx. The retries that
 * the settings allow have been used up when an application sees it.
 */
public class TransientStreamException extends DurableStreamException {

    private static final long serialVersionUID = 1L;

    private final @Nullable Duration retryAfter;
    private final boolean nothingStored;

    public TransientStreamException(Failure failure, @Nullable Duration retryAfter, boolean nothingStored) {
        super(failure);
        this.retryAfter = retryAfter;
        this.nothingStored = nothingStored;
    }

    /** Returns the least wait before the next attempt that the server asked for, or null. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Whether it is certain that the request had no effect, so that even a plain append may be repeated. */
    public boolean nothingStored() {
        return nothingStored;
    }
}
