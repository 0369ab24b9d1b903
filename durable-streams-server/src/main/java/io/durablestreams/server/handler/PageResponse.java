package io.durablestreams.server.handler;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamCursor;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.server.store.StreamPage;

/** Creates responses to reads from one page of a stream (protocol §5.6, §5.7, §10). */
final class PageResponse {

    private static final String CACHEABLE = "public, max-age=60, stale-while-revalidate=300";

    private PageResponse() {}

    /**
     * Returns the response with the content of a page, or 304 if the client already has that content.
     *
     * @param cursor the cursor for a live read, otherwise null
     */
    static StreamResponse of(ReadRequest request, StreamPage page, @Nullable StreamCursor cursor) {
        if (request.offset().equals(Offset.NOW)) {
            return withContent(page, cursor).noStore().build();
        }
        String etag = etag(request.offset(), page);
        boolean known = EntityTags.match(request.ifNoneMatch(), etag);
        return (known ? StreamResponse.status(304) : withContent(page, cursor))
                .header("Cache-Control", CACHEABLE)
                .header("ETag", etag)
                .build();
    }

    /** Returns the response to a long-poll that found no new content. */
    static StreamResponse nothingNew(StreamPage page, StreamCursor cursor) {
        return position(StreamResponse.status(204), page, cursor).noStore().build();
    }

    /** Returns the content of a page as the body of a response. */
    static byte[] content(StreamPage page) {
        return page.stream().config().format().join(page.messages());
    }

    private static StreamResponse.Builder withContent(StreamPage page, @Nullable StreamCursor cursor) {
        return position(StreamResponse.status(200), page, cursor)
                .header(StreamHeaders.CONTENT_TYPE, page.stream().config().contentType())
                .body(new StreamResponse.Content(content(page)));
    }

    private static StreamResponse.Builder position(
            StreamResponse.Builder response, StreamPage page, @Nullable StreamCursor cursor) {
        response.header(StreamHeaders.STREAM_NEXT_OFFSET, page.nextOffset())
                .headerIf(page.atTail(), StreamHeaders.STREAM_UP_TO_DATE, StreamHeaders.TRUE)
                .headerIf(page.atEnd(), StreamHeaders.STREAM_CLOSED, StreamHeaders.TRUE);
        return cursor == null ? response : response.header(StreamHeaders.STREAM_CURSOR, cursor);
    }

    private static String etag(Offset from, StreamPage page) {
        return '"'
                + page.stream().incarnation()
                + ':'
                + from
                + ':'
                + page.nextOffset()
                + (page.atEnd() ? ":c\"" : "\"");
    }
}
