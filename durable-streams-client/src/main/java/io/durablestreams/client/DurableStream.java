package io.durablestreams.client;

import java.net.URI;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import reactor.core.publisher.Mono;

import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerErrorHandler;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.StreamReader;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.StreamMetadata;

/**
 * A handle of one stream: a URL and the client to reach it with. It is immutable, cheap, and holds no connection.
 *
 * <p>Every operation is cold: subscribing sends the request, subscribing again sends another one, and cancelling aborts
 * the exchange. Results are signalled on a thread of the client's event loop, which must not be blocked. Failures are
 * {@link io.durablestreams.client.error.DurableStreamException}s that carry the URL and the operation; what may be repeated without harm is repeated
 * as {@link io.durablestreams.client.exchange.RequestSettings} say, before the failure is signalled; with {@link io.durablestreams.client.exchange.RequestSettings#appendAtLeastOnce()} that
 * is appends as well.
 *
 * <p>Messages are objects for JSON streams (written with the client's mapper), {@link RawJson} for JSON that is
 * serialised already, and {@code byte[]}, {@link String} or {@link java.nio.ByteBuffer} for all other streams. The
 * content type of the stream decides; it is learned with one HEAD request when a handle first needs it, unless
 * {@link #create} or {@link #head} have told it or {@link #withContentType} has set it.
 */
public interface DurableStream {

    /** Returns the URL of the stream. */
    URI url();

    /**
     * Returns a handle that takes the content type of the stream as given, so that no request is spent on learning it.
     *
     * @param contentType the content type that the stream was created with
     */
    DurableStream withContentType(String contentType);

    /**
     * Creates the stream, or confirms that it exists with the same configuration (protocol §5.1).
     *
     * <p>Repeated after failures that say nothing of the outcome: creating is idempotent. Fails with
     * {@link io.durablestreams.client.error.StreamConflictException} when the stream exists with another configuration.
     */
    Mono<CreateResult> create(StreamSpec spec);

    /**
     * Asks for the metadata of the stream (protocol §5.5). Does not renew the stream's time to live.
     *
     * <p>Fails with {@link io.durablestreams.client.error.StreamNotFoundException} when there is no such stream.
     */
    Mono<StreamMetadata> head();

    /**
     * Appends one message, at most once (protocol §5.2).
     *
     * <p>A plain append cannot be told from its own repetition. It is repeated only where it is certain that nothing was
     * stored: when there was no connection, and after 429 or 503 with {@code Retry-After}, because who limits the rate or
     * says when to come back has not acted on the request. After a lost or late answer, one that lacks the protocol's
     * headers, 408, and any other 5xx, which a proxy may give although the server has stored the message, it fails with
     * {@link io.durablestreams.client.error.AppendOutcomeUnknownException}; other answers are final. {@link IdempotentProducer} has no such gap.
     *
     * @param message the message, see the class description; servers refuse an empty one
     */
    Mono<AppendReceipt> append(Object message);

    /**
     * Appends one message under a sequence number of the application's, as {@link #append(Object)} does.
     *
     * <p>Fails with {@link io.durablestreams.client.error.StreamConflictException} unless the number is greater, byte by byte, than that of the last
     * append that had one ({@code Stream-Seq}, protocol §5.2): numbers need padding.
     *
     * @param message the message
     * @param streamSeq the sequence number
     */
    Mono<AppendReceipt> append(Object message, String streamSeq);

    /**
     * Appends one message exactly once, under a number that the application keeps itself, such as its position in the
     * source of the messages (protocol §5.2.1). {@link IdempotentProducer} numbers by itself, batches and pipelines.
     *
     * <p>One request, which is repeated like those that are idempotent, always under this number. When they run out, this
     * fails with the last {@link io.durablestreams.client.error.TransientStreamException}, and may be called again with the same message and number. A
     * number that the server has already gives a receipt of {@link AppendReceipt.Outcome#DUPLICATE}: what was appended
     * under it first is in the stream, and this message is taken for the same.
     *
     * <p>Numbers of an epoch start at 0 and have no gaps, and one request at a time may be under way: fails with
     * {@link io.durablestreams.client.error.ProducerSequenceGapException} when some before this one are missing, which tells the one to go on with; with
     * {@link io.durablestreams.client.error.ProducerFencedException} when the server knows a higher epoch; and with {@link io.durablestreams.client.error.StreamClosedException}. If the answer to
     * an attempt before was lost, the message may be stored nevertheless.
     *
     * @param message the message, see the class description
     * @param sequence the number; its producer id must be used by nobody else, {@link #producer} included
     */
    Mono<AppendReceipt> append(Object message, ProducerSequence sequence);

    /**
     * Closes the stream: nothing can ever be appended again, and readers learn that they have reached the end
     * (protocol §5.3). Closing a closed stream succeeds. The handle holds nothing that has to be released.
     *
     * @return the final offset
     */
    Mono<Offset> closeStream();

    /**
     * Appends a last message and closes the stream in one atomic step. Like {@link #append(Object)}, it is not repeated
     * when its answer is lost, or does not confirm that the stream is closed, and fails with
     * {@link io.durablestreams.client.error.AppendOutcomeUnknownException}. {@link #closeStream()} can be called then.
     *
     * @param finalMessage the last message; an empty one fails with {@link IllegalArgumentException}
     * @return the final offset
     */
    Mono<Offset> closeStream(Object finalMessage);

    /** Deletes the stream (protocol §5.4). Fails with {@link io.durablestreams.client.error.StreamNotFoundException} when there is none. */
    Mono<Void> delete();

    /**
     * Returns a reader of the items of this stream, from its beginning and not live until told otherwise.
     *
     * @param type what an item is: for a JSON stream any type that the mapper can read, {@link RawJson} or
     *     {@code byte[]} for messages as they are; for other streams {@code byte[]} or, if they are text, {@link String}
     */
    <T> StreamReader<T> reader(Class<T> type);

    /** Returns a reader as {@link #reader(Class)} does, for types with type parameters. */
    <T> StreamReader<T> reader(ParameterizedTypeReference<T> type);

    /**
     * Returns a new producer with the client's settings.
     *
     * @param producerId identity of the writer: one writer at a time may use it on a stream
     */
    default IdempotentProducer producer(String producerId) {
        return producer(producerId, null, null);
    }

    /** Returns a new producer with settings of its own. */
    default IdempotentProducer producer(String producerId, ProducerSettings settings) {
        return producer(producerId, settings, null);
    }

    /**
     * Returns a new producer, which opens no connection before its first message.
     *
     * @param producerId identity of the writer: one writer at a time may use it on a stream
     * @param settings its settings, or null for the client's
     * @param errorHandler told of failed messages that nobody waits for, or null to log them
     * @throws io.durablestreams.client.error.ProducerClosedException when the client has closed its producers, or is disposed
     */
    IdempotentProducer producer(
            String producerId, @Nullable ProducerSettings settings, @Nullable ProducerErrorHandler errorHandler);
}
