package io.durablestreams.server.handler;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;
import io.durablestreams.server.store.StreamAbsentException;
import io.durablestreams.server.store.StreamPage;

/** One long-poll: looks at the stream whenever there may be something new, until there is or the time is over. */
final class LongPoll {

    private final HandlerContext context;
    private final ReadRequest request;
    private final LiveRead live;

    private Offset offset;
    private @Nullable String incarnation;

    /**
     * Creates a long-poll.
     *
     * @param live watches the stream already, so that nothing is missed between looking and waiting
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

    /** Returns the answer, or nothing after a wait: look again. */
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
        // An offset behind the tail is of a stream that was replaced: the client has to learn that now.
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
