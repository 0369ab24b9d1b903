package io.durablestreams.server.handler;

import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.StreamParameters;

/**
 * The parameters of a read (protocol §5.6 to §5.8).
 *
 * @param path the path of the stream
 * @param offset the offset to read from
 * @param live {@link LiveMode#OFF}, {@link LiveMode#LONG_POLL} or {@link LiveMode#SSE}
 * @param cursor the cursor that the client echoes, or null
 * @param ifNoneMatch the value of {@code If-None-Match}, or null
 */
record ReadRequest(
        String path,
        Offset offset,
        LiveMode live,
        @Nullable String cursor,
        @Nullable String ifNoneMatch) {

    static ReadRequest of(StreamRequest request, String path) {
        LiveMode live = live(request.parameter(StreamParameters.LIVE));
        return new ReadRequest(
                path,
                offset(request.parameters(StreamParameters.OFFSET), live),
                live,
                request.parameter(StreamParameters.CURSOR),
                request.headerLines("If-None-Match"));
    }

    private static LiveMode live(@Nullable String value) {
        if (StreamParameters.LONG_POLL.equals(value)) {
            return LiveMode.LONG_POLL;
        }
        return StreamParameters.SSE.equals(value) ? LiveMode.SSE : LiveMode.OFF;
    }

    private static Offset offset(List<String> values, LiveMode live) {
        if (values.isEmpty()) {
            if (live != LiveMode.OFF) {
                throw new BadRequestException("A live read needs an offset; catch up first, and go on from there");
            }
            return Offset.BEGINNING;
        }
        if (values.size() > 1) {
            throw new BadRequestException("A read has one offset, not " + values.size());
        }
        try {
            return Offset.of(values.get(0));
        } catch (IllegalArgumentException malformed) {
            throw new BadRequestException("The offset '" + values.get(0) + "' is malformed; send the "
                    + StreamHeaders.STREAM_NEXT_OFFSET + " of an answer unchanged, or -1 for the beginning");
        }
    }
}
