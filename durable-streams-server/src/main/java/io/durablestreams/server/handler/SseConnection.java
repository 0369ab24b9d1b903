package io.durablestreams.server.handler;

import java.util.Arrays;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamCursor;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.sse.ControlEvent;
import io.durablestreams.protocol.sse.SseData;
import io.durablestreams.protocol.sse.SseEncoder;
import io.durablestreams.protocol.sse.SseEvent;
import io.durablestreams.server.store.StreamPage;
import io.durablestreams.server.store.StreamStoreException;

/**
 * One connection of server-sent events (protocol §5.8). It reads the stream at the pace of the client, and waits at the
 * tail for new content. A slow client costs only the memory of the events that are being sent.
 */
final class SseConnection {

    private static final Logger log = LoggerFactory.getLogger(SseConnection.class);

    private static final byte[] NO_EVENT = new byte[0];

    // Common readers of server-sent events refuse events above 256 KiB, and few bytes should be in flight to a client.
    // A single append can still be larger.
    private static final int EVENT_BYTES = 16 << 10;

    // The read limit when a character is split between large appends and its rest is needed.
    private static final int MAX_EVENT_BYTES = EVENT_BYTES << 4;

    private final HandlerContext context;
    private final String path;
    private final String incarnation;
    private final StreamFormat format;
    private final LiveRead live;

    private Offset offset;
    private StreamCursor cursor;
    private int maxBytes = EVENT_BYTES;
    private boolean begun;
    private boolean standingKnown;
    private boolean ended;

    /**
     * Creates a connection.
     *
     * @param firstLook a page that was read at the request's offset before the connection began
     * @param live watches the stream already, so that no change between a read and a wait is missed
     */
    SseConnection(HandlerContext context, ReadRequest request, StreamPage firstLook, LiveRead live) {
        this.context = context;
        this.path = request.path();
        this.incarnation = firstLook.stream().incarnation();
        this.format = firstLook.stream().config().format();
        this.live = live;
        this.offset = request.offset().equals(Offset.NOW) ? firstLook.nextOffset() : request.offset();
        this.cursor = context.cursor(request.cursor());
    }

    /**
     * Returns the bytes of the events, in slices of at most {@link #EVENT_BYTES}, because the transport requests many
     * elements ahead, regardless of their size. The stream is read again when the last slice has been requested.
     */
    Flux<byte[]> events() {
        return Mono.defer(this::look).flatMapMany(SseConnection::slices).repeat(() -> !ended);
    }

    private static Flux<byte[]> slices(byte[] events) {
        int count = (events.length + EVENT_BYTES - 1) / EVENT_BYTES;
        return Flux.range(0, count)
                .map(i -> Arrays.copyOfRange(events, i * EVENT_BYTES, Math.min((i + 1) * EVENT_BYTES, events.length)));
    }

    /**
     * Returns a data event with its control event, or a control event alone. If empty, the caller repeats unless ended.
     */
    private Mono<byte[]> look() {
        if (begun && live.hasEnded()) {
            return end();
        }
        return context.store()
                .read(path, offset, maxBytes)
                .flatMap(this::sendOrWait)
                .onErrorResume(this::end);
    }

    private Mono<byte[]> sendOrWait(StreamPage page) {
        if (!page.stream().incarnation().equals(incarnation)) {
            return end();
        }
        if (page.isEmpty()) {
            return standingKnown && !page.atEnd() ? await(page) : send(page, NO_EVENT);
        }
        byte[] content = PageResponse.content(page);
        return format == StreamFormat.TEXT && !page.atEnd()
                ? sendWholeCharacters(page, content)
                : send(page, dataEvent(content));
    }

    /** Sends only complete characters: the read is repeated with fewer or more appends, or waits for the rest. */
    private Mono<byte[]> sendWholeCharacters(StreamPage page, byte[] content) {
        int whole = Utf8.lengthOfWholeAppends(page.messages(), content);
        if (whole == 0 && page.atTail()) {
            boolean tellable = !offset.isSentinel();
            return standingKnown || !tellable
                    ? await(page)
                    : emit(NO_EVENT, new ControlEvent(offset, cursor(), false, false));
        }
        if (whole == content.length || whole == 0 && maxBytes >= MAX_EVENT_BYTES) {
            return send(page, dataEvent(content));
        }
        maxBytes = whole == 0 ? maxBytes * 2 : whole;
        return Mono.empty();
    }

    private Mono<byte[]> send(StreamPage page, byte[] dataEvent) {
        offset = page.nextOffset();
        ended = page.atEnd();
        maxBytes = EVENT_BYTES;
        return emit(dataEvent, new ControlEvent(offset, ended ? null : cursor(), page.atTail(), ended));
    }

    private Mono<byte[]> emit(byte[] dataEvent, ControlEvent control) {
        begun = true;
        standingKnown = true;
        byte[] controlEvent = SseEncoder.encode(SseEvent.CONTROL, control.toJson());
        byte[] both = Arrays.copyOf(dataEvent, dataEvent.length + controlEvent.length);
        System.arraycopy(controlEvent, 0, both, dataEvent.length, controlEvent.length);
        return Mono.just(both);
    }

    private byte[] dataEvent(byte[] content) {
        return SseEncoder.encode(
                SseEvent.DATA, format == StreamFormat.BINARY ? SseData.encodeBase64(content) : content);
    }

    private String cursor() {
        cursor = cursor.at(context.clock().millis());
        return cursor.toString();
    }

    /** Waits for a signal. Without one, the next read sends a control event as a sign of life. */
    private Mono<byte[]> await(StreamPage page) {
        if (live.hasEnded()) {
            return end();
        }
        return live.await(LiveWait.atMost(context.settings().pollInterval(), page.stream(), context.clock()))
                .doOnNext(signalled -> standingKnown = signalled)
                .then(Mono.empty());
    }

    /** Ends the connection without an event. The client reconnects, and receives the failure as a status. */
    private Mono<byte[]> end(Throwable cause) {
        if (!(cause instanceof StreamStoreException)) {
            log.error("Reading on in {} failed; the client will reconnect", path, cause);
        }
        return end();
    }

    private Mono<byte[]> end() {
        ended = true;
        return Mono.empty();
    }
}
