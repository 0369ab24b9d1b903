package io.durablestreams.client.exchange;

import java.util.Objects;

import io.durablestreams.client.error.DurableStreamException;

/**
 * Counts the responses that credentials are missing or not accepted (401). A few of them are followed by another
 * attempt, because headers are computed for every attempt. Not thread-safe.
 */
public final class RefusedCredentials {

    private static final int MAX_ATTEMPTS_MORE = 3;
    private static final int UNAUTHORIZED = 401;

    private int count;

    /** Returns whether the failure is such a response. */
    public static boolean is(Throwable failure) {
        return failure instanceof DurableStreamException known && Objects.equals(known.status(), UNAUTHORIZED);
    }

    /** Counts the failure if it is such a response. Returns whether another attempt may follow. */
    public boolean mayAskAgain(Throwable failure) {
        return is(failure) && count++ < MAX_ATTEMPTS_MORE;
    }
}
