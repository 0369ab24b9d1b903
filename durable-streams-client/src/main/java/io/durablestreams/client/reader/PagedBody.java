package io.durablestreams.client.reader;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.exchange.Answers;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.client.message.ItemDecoder.Taken;
import io.durablestreams.client.message.ItemDecoder.Unread;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.reader.ReadAnswer;
import io.durablestreams.protocol.reader.ReadStep;

/** Reads a catch-up or long-poll response. A large response is delivered in parts (protocol §5.6, §5.7). */
final class PagedBody<T> implements ReadBody<T> {

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final ReadProgress<T> session;
    private final ReadStep.Request request;

    private @Nullable Head head;
    private long units;
    private boolean hasBody;
    private @Nullable Unread unread;

    /** The content of the headers. */
    private record Head(Answer answer, Offset nextOffset, boolean closed) {}

    PagedBody(ReadProgress<T> session, ReadStep.Request request) {
        this.session = session;
        this.request = request;
    }

    @Override
    public void head(Answer answer) {
        boolean empty = answer.status() == NO_CONTENT;
        if (empty ? request.live() != LiveMode.LONG_POLL : answer.status() != OK) {
            throw new StreamProtocolException(session.failure("the answer to a read at offset " + request.offset()
                    + " has status " + answer.status() + "; is this a stream server?"));
        }
        Offset nextOffset = session.requireNextOffset(answer);
        head = new Head(answer, nextOffset, Answers.isTrue(answer.headers(), StreamHeaders.STREAM_CLOSED));
        if (!empty) {
            session.expect(StreamFormat.of(answer.headers().getFirst(StreamHeaders.CONTENT_TYPE)));
        }
        session.decoder().begin(request.skip());
    }

    private Head head() {
        return Objects.requireNonNull(head, "an answer without a head");
    }

    @Override
    public void data(ByteBuffer bytes, List<Batch<T>> batches) {
        hasBody |= bytes.hasRemaining();
        orDeliver(batches, () -> session.decoder().feed(bytes));
        if (unread != null) {
            failIfFollowed(unread);
            return;
        }
        // The items of a read from "now" cannot be delivered before their offset is known.
        if (session.decoder().readyBytes() >= session.settings().sizes().partBytes()
                && !request.offset().equals(Offset.NOW)) {
            Taken<T> part = session.decoder().take();
            units += part.units();
            deliver(part, batches);
            unread = part.unread();
            if (unread != null && !unread.isLast()) {
                throw session.unreadable(unread, null);
            }
        }
    }

    /** Before content that is malformed or too large fails the read, the complete items before it are delivered. */
    private void orDeliver(List<Batch<T>> batches, Runnable decoding) {
        try {
            decoding.run();
        } catch (RuntimeException failure) {
            if (unread == null) {
                Taken<T> before = session.decoder().take();
                deliver(before, batches);
                unread = before.unread();
            }
            throw unread == null ? failure : session.unreadable(unread, null);
        }
    }

    private void deliver(Taken<T> part, List<Batch<T>> batches) {
        if (part.fresh() > 0) {
            // A read from "now" has no offset before the response.
            Batch<T> batch =
                    request.offset().equals(Offset.NOW) ? session.part(part, head().nextOffset()) : session.part(part);
            if (!batch.isEmpty()) {
                batches.add(batch);
            }
        }
    }

    /** A message that could not be read may be the last one, and then the offset after it is known at the end. */
    private void failIfFollowed(Unread message) {
        if (session.decoder().readyBytes() > 0) {
            throw session.unreadable(message, null);
        }
    }

    @Override
    public void end(List<Batch<T>> batches) {
        Head answered = head();
        Taken<T> rest = rest(answered, batches);
        units += rest.units();
        if (rest.unread() != null) {
            deliver(rest, batches);
            throw session.unreadable(rest.unread(), rest.unread().isLast() ? answered.nextOffset() : null);
        }
        ReadAnswer answer = new ReadAnswer(
                answered.nextOffset(),
                answered.answer().headers().getFirst(StreamHeaders.STREAM_CURSOR),
                Answers.isTrue(answered.answer().headers(), StreamHeaders.STREAM_UP_TO_DATE),
                answered.closed(),
                session.format(),
                units,
                session.decoder().holdsBytes(),
                session.elapsed());
        session.answered(answer, rest.items(), batches);
    }

    private Taken<T> rest(Head answered, List<Batch<T>> batches) {
        // Some servers omit the empty array in a response for "now" on a JSON stream (protocol §6.5).
        boolean bodyMayLack =
                answered.answer().status() == NO_CONTENT || request.offset().equals(Offset.NOW);
        if (hasBody || !bodyMayLack) {
            orDeliver(batches, session.decoder()::endBody);
        }
        if (unread != null) {
            failIfFollowed(unread);
            throw session.unreadable(unread, answered.nextOffset());
        }
        if (answered.closed()) {
            session.decoder().flushHeld();
        }
        return session.decoder().take();
    }
}
