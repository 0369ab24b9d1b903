package io.durablestreams.server.store;

/**
 * The reason why a store refuses an operation on a stream. Such refusals are ordinary outcomes of requests, and have no
 * stack trace. A failure of the store itself is signalled by any other exception.
 */
public abstract sealed class StreamStoreException extends RuntimeException
        permits StreamAbsentException,
                StreamDeletedException,
                OffsetGoneException,
                InvalidOffsetException,
                InvalidForkException,
                ForkConflictException {

    StreamStoreException(String message) {
        super(message, null, false, false);
    }
}
