package io.durablestreams.protocol.reader;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;

/**
 * A catch-up or long-poll response that was read to its end.
 *
 * @param nextOffset the offset to read from next
 * @param cursor the cursor to echo, or null if the response had none
 * @param upToDate whether the response reached the tail
 * @param closed whether the response reached the end of a closed stream
 * @param format the format of the stream
 * @param units the number of messages (JSON) or bytes (other formats) in the body
 * @param held whether the last bytes are held back because they are an incomplete character
 * @param took the time from the request to the end of the response
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
