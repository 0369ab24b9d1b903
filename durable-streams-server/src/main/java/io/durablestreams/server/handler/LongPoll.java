package io.durablestreams.server.handler;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;
import io.durablestreams.server.store.StreamAbsentException;
import io.durablestreams.server.store.StreamPage;

/** One long-poll: reads the stream after each signal, until it has new content or the time is over (protocol §5.7). */
final class LongPoll {

    private final HandlerContext context;
    private final ReadRequest request;
    private final LiveRead live;

    private Offset offset;
    private @Nullable String incarnation;

    /**
     * Creates a long-poll.
     *
     * @param live watches the stream already, so that no change between a read and a wait is missed
     */
    LongPoll(HandlerContext context, ReadRequest request, LiveRead live) {
        this.context = context;
        this.request = request;
        this.live = live;
        this.offset = request.offset();
    }

    Mono<StreamResponse> answer() {
        return Mono.defer(this::look).repeat().next();
    }

    /** Returns the response. Completes empty after a wait: the caller then repeats the read. */
    private Mono<StreamResponse> look() {
        boolean lastLook = live.hasEnded();
        return context.store()
                .read(request.path(), offset, context.settings().maxPageBytes())
                .flatMap(page -> answerOrWait(page, lastLook));
    }

    private Mono<StreamResponse> answerOrWait(StreamPage page, boolean lastLook) {
        if (incarnation != null && !incarnation.equals(page.stream().incarnation())) {
            return Mono.error(new StreamAbsentException(request.path()));
        }
        if (!page.isEmpty()) {
            return Mono.just(PageResponse.of(request, page, context.cursor(request.cursor())));
        }
        // An offset beyond the tail belongs to a stream that was recreated. The client must learn this without a wait.
        boolean replaced = page.nextOffset().isBefore(offset);
        if (page.atEnd() || lastLook || replaced) {
            return Mono.just(PageResponse.nothingNew(page, context.cursor(request.cursor())));
        }
        offset = page.nextOffset();
        incarnation = page.stream().incarnation();
        return live.await(LiveWait.atMost(context.settings().pollInterval(), page.stream(), context.clock()))
                .then(Mono.empty());
    }
}
