package io.durablestreams.server.store;

import io.durablestreams.protocol.Offset;

/**
 * What came of an append.
 *
 * @param verdict whether it was stored
 * @param tail the tail of the stream afterwards: behind the append if it was stored
 * @param closed whether the stream is closed afterwards
 */
public record AppendResult(AppendVerdict verdict, Offset tail, boolean closed) {}
