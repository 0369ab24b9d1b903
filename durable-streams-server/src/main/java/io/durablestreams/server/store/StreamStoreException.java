package io.durablestreams.server.store;

/**
 * Why a store cannot do what it was asked for on a stream. These are ordinary answers to requests and carry no stack
 * trace; failures of the store itself are signalled by any other exception.
 */
public abstract sealed class StreamStoreException extends RuntimeException
        permits StreamAbsentException, StreamDeletedException, OffsetGoneException, InvalidOffsetException {

    StreamStoreException(String message) {
        super(message, null, false, false);
    }
}
