package io.durablestreams.protocol.reader;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;

/**
 * A catch-up or long-poll answer that was read to its end.
 *
 * @param nextOffset the offset to read from next
 * @param cursor the cursor to echo, or null if it had none
 * @param upToDate whether it reached the tail
 * @param closed whether it reached the end of a closed stream
 * @param format what the stream holds
 * @param units messages (JSON) or bytes (all others) in its body
 * @param held whether the last of its bytes are held back, because they are the beginning of a character
 * @param took the time from the request to the end of the answer
 */
public record ReadAnswer(
        Offset nextOffset,
        @Nullable String cursor,
        boolean upToDate,
        boolean closed,
        StreamFormat format,
        long units,
        boolean held,
        Duration took) {}
