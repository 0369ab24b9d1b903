package io.durablestreams.server.store;

import io.durablestreams.protocol.Offset;

/**
 * The outcome of an append.
 *
 * @param verdict whether the append was stored, and the reason if not
 * @param tail the tail of the stream after the operation, which includes a stored append
 * @param closed whether the stream is closed after the operation
 */
public record AppendResult(AppendVerdict verdict, Offset tail, boolean closed) {}
