package io.durablestreams.client.reader;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.client.message.ItemDecoder.Taken;
import io.durablestreams.client.message.ItemDecoder.Unread;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.sse.ControlEvent;
import io.durablestreams.protocol.sse.SseData;
import io.durablestreams.protocol.sse.SseDecoder;
import io.durablestreams.protocol.sse.SseEvent;
import io.durablestreams.protocol.sse.SseEventTooLargeException;

/** Reads an SSE connection. Data is committed when its control event has arrived (protocol §5.8). */
final class SseBody<T> implements ReadBody<T> {

    private static final int ROOM_FOR_CONTROL_EVENT = 4096;

    private final ReadProgress<T> session;
    private final SseDecoder events;
    private final List<T> uncommitted = new ArrayList<>();

    private boolean base64;
    private long uncommittedBytes;
    private @Nullable Unread unread;

    SseBody(ReadProgress<T> session) {
        this.session = session;
        this.events = new SseDecoder(
                Math.max(ROOM_FOR_CONTROL_EVENT, session.settings().sizes().maxMessageBytes()));
    }

    @Override
    public void head(Answer answer) {
        String contentType = answer.headers().getFirst(StreamHeaders.CONTENT_TYPE);
        if (!StreamFormat.isEventStream(contentType)) {
            throw new StreamProtocolException(session.failure(
                    answer.status(),
                    "the answer to a live read by SSE is of content type " + contentType + " instead of "
                            + StreamFormat.TEXT_EVENT_STREAM + "; is this a stream server?"));
        }
        base64 = StreamHeaders.BASE64.equalsIgnoreCase(
                answer.headers().getFirst(StreamHeaders.STREAM_SSE_DATA_ENCODING));
        session.decoder().begin(0);
    }

    @Override
    public void data(ByteBuffer bytes, List<Batch<T>> batches) {
        try {
            events.decode(bytes, event -> receive(event, batches));
        } catch (SseEventTooLargeException manyMessages) {
            // The limit applies to one message, but an event may contain many messages.
            session.overflowed();
        }
    }

    private void receive(SseEvent event, List<Batch<T>> batches) {
        if (session.hasEnded()) {
            return;
        }
        if (event.type().equals(SseEvent.DATA)) {
            data(event.data(), batches);
        } else if (event.type().equals(SseEvent.CONTROL)) {
            control(parse(event, batches), batches);
        }
    }

    private ControlEvent parse(SseEvent event, List<Batch<T>> batches) {
        try {
            return ControlEvent.parse(event.data());
        } catch (RuntimeException malformed) {
            throw afterDelivery(malformed, batches);
        }
    }

    private void data(byte[] data, List<Batch<T>> batches) {
        try {
            data(data);
        } catch (RuntimeException malformed) {
            throw afterDelivery(malformed, batches);
        }
    }

    /** Before content that is malformed or too large fails the read, the complete items before it are delivered. */
    private RuntimeException afterDelivery(RuntimeException failure, List<Batch<T>> batches) {
        if (unread == null) {
            takeItems();
        }
        deliverUncommitted(batches);
        return unread == null ? failure : session.unreadable(unread, null);
    }

    private void deliverUncommitted(List<Batch<T>> batches) {
        if (!uncommitted.isEmpty()) {
            batches.add(session.part(new Taken<>(List.copyOf(uncommitted), uncommitted.size(), 0, null)));
            uncommitted.clear();
        }
    }

    private void data(byte[] data) {
        byte[] payload = base64 ? SseData.decodeBase64(data) : data;
        uncommittedBytes += payload.length;
        session.decoder().feed(ByteBuffer.wrap(payload));
        session.decoder().endBody();
        takeItems();
        if (uncommittedBytes > session.settings().sizes().maxMessageBytes()) {
            session.overflowed();
        }
    }

    /** After a message that could not be read, it only matters whether another one follows. */
    private void takeItems() {
        if (unread == null) {
            Taken<T> taken = session.decoder().take();
            uncommitted.addAll(taken.items());
            unread = taken.unread();
        } else if (session.decoder().readyBytes() > 0) {
            unread = new Unread(unread.failure(), false);
        }
    }

    private void control(ControlEvent control, List<Batch<T>> batches) {
        if (control.streamClosed()) {
            session.decoder().flushHeld();
            takeItems();
        }
        if (unread != null) {
            deliverUncommitted(batches);
            throw session.unreadable(unread, unread.isLast() ? control.streamNextOffset() : null);
        }
        session.committed(control, List.copyOf(uncommitted), batches);
        uncommitted.clear();
        uncommittedBytes = 0;
    }

    @Override
    public void end(List<Batch<T>> batches) {
        session.connectionEnded();
    }
}
