package io.durablestreams.client;

import java.net.URI;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import reactor.core.publisher.Mono;

import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamConflictException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamSeqConflictException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.RequestSettings;
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
 * A handle of one stream: its URL, and the client that sends the requests. A handle is immutable and holds no
 * connection.
 *
 * <p>Every operation is cold. Each subscription sends a request, and cancelling aborts the exchange. Results are
 * signalled on threads that must not be blocked: the client's event loops, or Reactor's parallel scheduler.
 *
 * <p>Failures are signalled as {@link DurableStreamException}s, which carry the URL and the operation. Before that, the
 * client repeats requests that are safe to repeat, as {@link RequestSettings} say. {@link
 * RequestSettings#appendAtLeastOnce()} extends this to appends.
 *
 * <p>The content type of the stream determines the types of messages:
 *
 * <ul>
 *   <li>JSON streams accept objects, which the client's mapper writes, and {@link RawJson} for messages that are
 *       already JSON.
 *   <li>All other streams accept {@code byte[]}, {@link java.nio.ByteBuffer} and {@link CharSequence}, which is encoded
 *       as UTF-8.
 * </ul>
 *
 * <p>A message that does not fit fails with {@link IllegalArgumentException}. So does a source of messages, such as a
 * {@code Mono}, a {@code Flux}, a {@code CompletableFuture}, a {@code Stream} or an {@code InputStream}. A message that
 * contains one fails as well, unless the mapper has a serializer for it.
 *
 * <p>The content type is known after {@link #create}, {@link #head} or {@link #withContentType}. Otherwise the handle learns it with
 * one HEAD request when it is first needed.
 */
public interface DurableStream {

    /** Returns the URL of the stream. */
    URI url();

    /**
     * Returns a handle that assumes the content type, and does not send a request to learn it.
     *
     * @param contentType the content type with which the stream was created
     * @throws IllegalArgumentException if it has other characters than visible ASCII and inner spaces
     */
    DurableStream withContentType(String contentType);

    /**
     * Creates the stream, or confirms that it exists with the same configuration (protocol §5.1).
     *
     * <p>The request is repeated after transient failures. Fails with {@link StreamConflictException} if the stream
     * exists with another configuration.
     *
     * <p>A {@linkplain StreamSpec.Fork fork} fails with these exceptions, and then creates nothing:
     *
     * <ul>
     *   <li>{@link StreamNotFoundException}: the source does not exist.
     *   <li>{@link StreamConflictException}: the source has another content type, or is deleted and kept only for its
     *       forks.
     *   <li>{@link io.durablestreams.client.error.StreamRequestException}: the server does not accept the offset or the
     *       sub-offset.
     *   <li>{@link IllegalArgumentException}: the source is on another server.
     * </ul>
     *
     * @param spec the configuration of the stream
     */
    Mono<CreateResult> create(StreamSpec spec);

    /**
     * Returns the metadata of the stream (protocol §5.5). The request does not renew the stream's time to live.
     *
     * <p>The request is repeated after transient failures. Fails with {@link StreamNotFoundException} if the stream
     * does not exist.
     */
    Mono<StreamMetadata> head();

    /**
     * Appends one message, at most once (protocol §5.2). For exactly-once appends, use {@link #append(Object,
     * ProducerSequence)} or an {@link IdempotentProducer}.
     *
     * <p>The server cannot recognise a repeated append. The outcomes of an attempt are therefore handled as follows:
     *
     * <ul>
     *   <li>Without a connection, and after 429 or 503 with {@code Retry-After}, nothing was stored. The append is
     *       repeated.
     *   <li>After a lost or late response, a success without the headers of the protocol, 408 and any other 5xx except
     *       501, the outcome is unknown: a proxy may send these although the server has stored the message. Fails with
     *       {@link AppendOutcomeUnknownException}.
     *   <li>After any other response, the append fails and is not repeated. Among these failures are {@link
     *       StreamNotFoundException}, {@link StreamClosedException} and {@link StreamConflictException}.
     * </ul>
     *
     * @param message the message; see the class description. Servers refuse an empty message
     */
    Mono<AppendReceipt> append(Object message);

    /**
     * Appends one message with a sequence number of the application ({@code Stream-Seq}, protocol §5.2), otherwise like
     * {@link #append(Object)}.
     *
     * <p>Fails with {@link StreamSeqConflictException} unless the sequence number is greater than that of the last
     * append that had one. The server compares byte by byte, so decimal numbers need padding.
     *
     * @param message the message; see the class description
     * @param streamSeq the sequence number
     * @throws IllegalArgumentException if the sequence number has other characters than visible ASCII and inner spaces
     */
    Mono<AppendReceipt> append(Object message, String streamSeq);

    /**
     * Appends one message exactly once, under a number that the application assigns, such as the position of the
     * message in its source (protocol §5.2.1). An {@link IdempotentProducer} assigns numbers itself, and sends batches
     * concurrently.
     *
     * <p>The first number of an epoch is 0, and the numbers have no gaps. Only one append of the producer id may be in
     * flight. The outcomes are:
     *
     * <ul>
     *   <li>A receipt with {@link AppendReceipt.Outcome#STORED}: the message is stored.
     *   <li>A receipt with {@link AppendReceipt.Outcome#DUPLICATE}: the server had already stored an append under this
     *       number. It does not compare the messages.
     *   <li>{@link ProducerSequenceGapException}: earlier numbers are missing. {@link
     *       ProducerSequenceGapException#expectedSeq() expectedSeq()} is the number to resume from.
     *   <li>{@link ProducerFencedException}: the server knows a higher epoch.
     *   <li>{@link StreamClosedException}: the stream is closed.
     *   <li>{@link TransientStreamException} or {@link StreamProtocolException}: the outcome is unknown after all
     *       retries. Call again with the same message and number.
     * </ul>
     *
     * <p>The request is repeated under the same number. If the response to an earlier attempt was lost, the message may
     * be stored even if this fails.
     *
     * @param message the message; see the class description
     * @param sequence the number. No other writer may use its producer id, and neither may {@link #producer}
     * @throws IllegalArgumentException if the producer id has other characters than visible ASCII and inner spaces
     */
    Mono<AppendReceipt> append(Object message, ProducerSequence sequence);

    /**
     * Closes the stream permanently, for every reader and writer (protocol §5.3). Later appends fail, and readers
     * complete at the end of the stream. Closing a closed stream succeeds. The request is repeated after transient
     * failures.
     *
     * <p>The handle itself holds no resources that need to be released.
     *
     * @return the final offset
     */
    Mono<Offset> closeStream();

    /**
     * Appends a final message and closes the stream, in one atomic step (protocol §5.3). Fails and is repeated like
     * {@link #append(Object)}. If the response is lost or does not confirm the close, this fails with {@link
     * AppendOutcomeUnknownException}, and {@link #closeStream()} can then close the stream.
     *
     * @param finalMessage the final message. An empty message fails with {@link IllegalArgumentException}
     * @return the final offset
     */
    Mono<Offset> closeStream(Object finalMessage);

    /**
     * Deletes the stream (protocol §5.4). The request is repeated after transient failures. Fails with {@link
     * StreamNotFoundException} if the stream does not exist.
     */
    Mono<Void> delete();

    /**
     * Returns a reader of the items of this stream. It starts at the beginning and completes at the present end. {@link
     * StreamReader#from} and {@link StreamReader#live} change that.
     *
     * @param type the type of an item. For a JSON stream: any type that the mapper can read, within the limits of its
     *     {@code StreamReadConstraints}; or {@link RawJson} or {@code byte[]} for unparsed messages, for which these
     *     limits do not apply. For other streams: {@code byte[]}, or {@link String} for UTF-8 text
     * @param <T> the type of an item
     */
    <T> StreamReader<T> reader(Class<T> type);

    /**
     * Returns a reader like {@link #reader(Class)}, for a type with type parameters.
     *
     * @param type the type of an item
     * @param <T> the type of an item
     */
    <T> StreamReader<T> reader(ParameterizedTypeReference<T> type);

    /**
     * Returns a new producer with the client's settings.
     *
     * @param producerId the identity of the writer. Only one writer at a time may use it on a stream
     * @throws IllegalArgumentException if the id has other characters than visible ASCII and inner spaces
     * @throws ProducerClosedException if the client has closed its producers or is disposed
     */
    default IdempotentProducer producer(String producerId) {
        return producer(producerId, null, null);
    }

    /**
     * Returns a new producer with its own settings.
     *
     * @param producerId the identity of the writer. Only one writer at a time may use it on a stream
     * @param settings the settings of the producer
     * @throws IllegalArgumentException if the id has other characters than visible ASCII and inner spaces, or if the
     *     settings have a sequence and the client has an {@code EpochStore}
     * @throws ProducerClosedException if the client has closed its producers or is disposed
     */
    default IdempotentProducer producer(String producerId, ProducerSettings settings) {
        return producer(producerId, settings, null);
    }

    /**
     * Returns a new producer. It sends no request before its first message.
     *
     * @param producerId the identity of the writer. Only one writer at a time may use it on a stream
     * @param settings the settings of the producer, or null for the client's settings
     * @param errorHandler receives messages of {@link IdempotentProducer#append append} that have failed, or null to
     *     use that of the client, or the log
     * @throws IllegalArgumentException if the id has other characters than visible ASCII and inner spaces, or if the
     *     settings have a sequence and the client has an {@code EpochStore}
     * @throws ProducerClosedException if the client has closed its producers or is disposed
     */
    IdempotentProducer producer(
            String producerId, @Nullable ProducerSettings settings, @Nullable ProducerErrorHandler errorHandler);
}
