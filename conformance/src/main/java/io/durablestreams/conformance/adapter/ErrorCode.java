package io.durablestreams.conformance.adapter;

/** The error codes of the adapter protocol. */
enum ErrorCode {
    NETWORK_ERROR,
    TIMEOUT,
    CONFLICT,
    NOT_FOUND,
    SEQUENCE_CONFLICT,
    STREAM_CLOSED,
    INVALID_OFFSET,
    UNEXPECTED_STATUS,
    PARSE_ERROR,
    INTERNAL_ERROR,
    NOT_SUPPORTED,
    INVALID_ARGUMENT,

    /** Not of the protocol, but customary for a fenced producer. */
    STALE_EPOCH
}
