package io.durablestreams.client;

import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JavaType;

import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.exchange.Answers;
import io.durablestreams.client.exchange.HeaderText;
import io.durablestreams.client.exchange.StreamCall;
import io.durablestreams.client.exchange.StreamTransport.Answer;
import io.durablestreams.client.exchange.StreamTransport.Body;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerErrorHandler;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.producer.StreamProducers;
import io.durablestreams.client.reader.StreamReader;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.StreamMetadata;

/** Sends the requests of the protocol for one URL, and caches the content type of the stream. */
final class DefaultDurableStream implements DurableStream {

    private static final Predicate<DurableStreamException> IF_TRANSIENT = TransientStreamException.class::isInstance;

    /** The number protects the message, even after a response that is not about this request. */
    private static final Predicate<DurableStreamException> IF_NUMBERED =
            failure -> failure instanceof TransientStreamException || failure instanceof StreamProtocolException;

    private final URI url;
    private final StreamContext context;
    private final AtomicReference<@Nullable String> contentType;
    private final AtomicReference<@Nullable Mono<String>> learning = new AtomicReference<>();

    DefaultDurableStream(URI url, StreamContext context, @Nullable String contentType) {
        this.url = url;
        this.context = context;
        this.contentType = new AtomicReference<>(contentType);
    }

    @Override
    public URI url() {
        return url;
    }

    @Override
    public DurableStream withContentType(String contentType) {
        return new DefaultDurableStream(url, context, HeaderText.require("contentType", contentType));
    }

    @Override
    public Mono<CreateResult> create(StreamSpec spec) {
        return Mono.defer(() -> {
                    HttpHeaders headers = createHeaders(spec);
                    addFork(headers, spec.fork());
                    StreamCall call = call(StreamOperation.CREATE, HttpMethod.PUT, headers, createBody(spec));
                    return context.requests()
                            .withRetries(
                                    call,
                                    IF_TRANSIENT,
                                    answer -> new CreateResult(answer.status() == 201, metadata(call, answer, spec)))
                            .doOnNext(
                                    result -> contentType.set(result.metadata().contentType()));
                })
                .onErrorStop();
    }

    private static HttpHeaders createHeaders(StreamSpec spec) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(StreamHeaders.CONTENT_TYPE, spec.contentType());
        if (spec.ttl() != null) {
            headers.set(StreamHeaders.STREAM_TTL, Long.toString(spec.ttl().toSeconds()));
        }
        if (spec.expiresAt() != null) {
            headers.set(StreamHeaders.STREAM_EXPIRES_AT, spec.expiresAt().toString());
        }
        if (spec.closed()) {
            headers.set(StreamHeaders.STREAM_CLOSED, StreamHeaders.TRUE);
        }
        return headers;
    }

    private void addFork(HttpHeaders headers, StreamSpec.@Nullable Fork fork) {
        if (fork == null) {
            return;
        }
        headers.set(StreamHeaders.STREAM_FORKED_FROM, Urls.pathOnSameServer(url, fork.source()));
        if (fork.offset() != null) {
            headers.set(StreamHeaders.STREAM_FORK_OFFSET, fork.offset().value());
        }
        if (fork.subOffset() > 0) {
            headers.set(StreamHeaders.STREAM_FORK_SUB_OFFSET, Long.toString(fork.subOffset()));
        }
    }

    private Body createBody(StreamSpec spec) {
        Object body = spec.body();
        return Body.of(body == null ? new byte[0] : context.encoder().encodeBody(body, spec.contentType(), url));
    }

    /** The response to a PUT has no headers about the lifetime. After success, the lifetime is the requested one. */
    private static StreamMetadata metadata(StreamCall call, Answer answer, StreamSpec spec) {
        String type = answer.headers().getFirst(StreamHeaders.CONTENT_TYPE);
        return new StreamMetadata(
                type != null ? type : spec.contentType(),
                Answers.requireNextOffset(call, answer),
                Answers.isTrue(answer.headers(), StreamHeaders.STREAM_CLOSED),
                spec.ttl(),
                spec.expiresAt());
    }

    @Override
    public Mono<StreamMetadata> head() {
        return head(call -> context.requests().withRetries(call, IF_TRANSIENT, answer -> metadata(call, answer)))
                .onErrorStop();
    }

    private Mono<StreamMetadata> head(Function<StreamCall, Mono<StreamMetadata>> sending) {
        return Mono.defer(() -> sending.apply(call(StreamOperation.HEAD, HttpMethod.HEAD, new HttpHeaders(), null))
                .doOnNext(metadata -> contentType.set(metadata.contentType())));
    }

    private static StreamMetadata metadata(StreamCall call, Answer answer) {
        HttpHeaders headers = answer.headers();
        String type = headers.getFirst(StreamHeaders.CONTENT_TYPE);
        Long ttl = Answers.number(headers, StreamHeaders.STREAM_TTL);
        return new StreamMetadata(
                type != null ? type : StreamFormat.APPLICATION_OCTET_STREAM,
                Answers.requireNextOffset(call, answer),
                Answers.isTrue(headers, StreamHeaders.STREAM_CLOSED),
                ttl != null ? Duration.ofSeconds(ttl) : null,
                instant(headers.getFirst(StreamHeaders.STREAM_EXPIRES_AT)));
    }

    private static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException notAnInstant) {
            return null;
        }
    }

    @Override
    public Mono<AppendReceipt> append(Object message) {
        return append(message, new HttpHeaders()).onErrorStop();
    }

    @Override
    public Mono<AppendReceipt> append(Object message, String streamSeq) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(StreamHeaders.STREAM_SEQ, HeaderText.require("Stream-Seq", streamSeq));
        return append(message, headers).onErrorStop();
    }

    @Override
    public Mono<AppendReceipt> append(Object message, ProducerSequence sequence) {
        HttpHeaders numbers = StreamCall.numbers(
                HeaderText.require("A producer id", sequence.producerId()), sequence.epoch(), sequence.seq());
        return contentType()
                .flatMap(type -> {
                    StreamCall call = post(StreamOperation.APPEND, message, type, numbers);
                    return context.requests().withRetries(call, IF_NUMBERED, answer -> receipt(call, answer, sequence));
                })
                .onErrorStop();
    }

    private static AppendReceipt receipt(StreamCall call, Answer answer, ProducerSequence sequence) {
        return Answers.isDuplicate(call, answer)
                ? new AppendReceipt(null, AppendReceipt.Outcome.DUPLICATE, sequence)
                : new AppendReceipt(Answers.requireNextOffset(call, answer), AppendReceipt.Outcome.STORED, sequence);
    }

    private Mono<AppendReceipt> append(Object message, HttpHeaders headers) {
        return contentType()
                .flatMap(type -> postOnce(StreamOperation.APPEND, message, type, headers))
                .map(offset -> new AppendReceipt(offset, AppendReceipt.Outcome.STORED, null));
    }

    @Override
    public Mono<Offset> closeStream() {
        return Mono.defer(() -> {
                    StreamCall call = call(StreamOperation.CLOSE, HttpMethod.POST, closing(), null);
                    return context.requests().withRetries(call, IF_TRANSIENT, answer -> closed(call, answer));
                })
                .onErrorStop();
    }

    @Override
    public Mono<Offset> closeStream(Object finalMessage) {
        return contentType()
                .flatMap(type -> postOnce(StreamOperation.CLOSE, finalMessage, type, closing()))
                .onErrorStop();
    }

    private static HttpHeaders closing() {
        HttpHeaders headers = new HttpHeaders();
        headers.set(StreamHeaders.STREAM_CLOSED, StreamHeaders.TRUE);
        return headers;
    }

    private static Offset closed(StreamCall call, Answer answer) {
        if (!Answers.isTrue(answer.headers(), StreamHeaders.STREAM_CLOSED)) {
            throw new StreamProtocolException(Failure.of(
                    call.operation(),
                    call.url(),
                    "the answer does not confirm it with " + StreamHeaders.STREAM_CLOSED));
        }
        return Answers.requireNextOffset(call, answer);
    }

    /**
     * Sends a message without a number. Unless the settings say otherwise, it is repeated only if nothing was stored.
     */
    private Mono<Offset> postOnce(StreamOperation operation, Object message, String type, HttpHeaders extra) {
        StreamCall call = post(operation, message, type, extra);
        boolean closing = operation == StreamOperation.CLOSE;
        boolean atLeastOnce = context.requests().settings().appendAtLeastOnce();
        return context.requests()
                .withRetries(
                        call,
                        failure -> failure instanceof TransientStreamException passing
                                && (atLeastOnce || passing.nothingStored()),
                        answer -> closing ? closed(call, answer) : Answers.requireNextOffset(call, answer))
                .onErrorMap(
                        DefaultDurableStream::isOutcomeUnknown,
                        failure -> new AppendOutcomeUnknownException(Failure.of(
                                operation,
                                url,
                                "no answer tells the outcome, so the message may or may not be stored: "
                                        + failure.getMessage(),
                                failure)));
    }

    private StreamCall post(StreamOperation operation, Object message, String type, HttpHeaders extra) {
        HttpHeaders headers = new HttpHeaders();
        headers.putAll(extra);
        headers.set(StreamHeaders.CONTENT_TYPE, type);
        byte[] body = context.encoder().encodeBody(message, type, url);
        if (body.length == 0 && operation == StreamOperation.CLOSE) {
            throw new IllegalArgumentException(
                    "Cannot close " + url + ": the last message must not be empty; closeStream() closes without one");
        }
        return call(operation, HttpMethod.POST, headers, Body.of(body));
    }

    /** Returns whether there was no response, or a success without the confirmation of a stream server. */
    private static boolean isOutcomeUnknown(Throwable failure) {
        return failure instanceof TransientStreamException passing && !passing.nothingStored()
                || failure instanceof StreamProtocolException;
    }

    @Override
    public Mono<Void> delete() {
        return Mono.defer(() -> {
                    AtomicBoolean repeated = new AtomicBoolean();
                    Predicate<DurableStreamException> noting = failure -> {
                        boolean passing = IF_TRANSIENT.test(failure);
                        repeated.compareAndSet(false, passing);
                        return passing;
                    };
                    StreamCall call = call(StreamOperation.DELETE, HttpMethod.DELETE, new HttpHeaders(), null);
                    return context.requests()
                            .withRetries(call, noting, answer -> url)
                            // An earlier attempt may have deleted the stream, and its response was lost.
                            .onErrorResume(
                                    StreamNotFoundException.class,
                                    gone -> repeated.get() ? Mono.just(url) : Mono.error(gone))
                            .doOnNext(deleted -> contentType.set(null))
                            .then();
                })
                .onErrorStop();
    }

    @Override
    public <T> StreamReader<T> reader(Class<T> type) {
        return reader(context.jsonMapper().constructType(type));
    }

    @Override
    public <T> StreamReader<T> reader(ParameterizedTypeReference<T> type) {
        return reader(context.jsonMapper().constructType(type.getType()));
    }

    private <T> StreamReader<T> reader(JavaType type) {
        return context.readers().reader(url, type);
    }

    @Override
    public IdempotentProducer producer(
            String producerId, @Nullable ProducerSettings settings, @Nullable ProducerErrorHandler errorHandler) {
        return context.producers()
                .producer(
                        new StreamProducers.Target(url, contentType.get(), contentTypeAtOnce()),
                        producerId,
                        settings,
                        errorHandler);
    }

    /** Returns the content type, and asks the server if it is not known. */
    private Mono<String> contentType() {
        return Mono.defer(() -> {
            String known = contentType.get();
            return known != null ? Mono.just(known) : learning();
        });
    }

    /** Asks the server once if the content type is not known. A producer repeats the request with its own delays. */
    private Mono<String> contentTypeAtOnce() {
        return Mono.defer(() -> {
            String known = contentType.get();
            return known != null
                    ? Mono.just(known)
                    : head(call -> context.requests().once(call, answer -> metadata(call, answer)))
                            .map(StreamMetadata::contentType);
        });
    }

    /** Concurrent callers share one request for the content type. */
    private Mono<String> learning() {
        Mono<String> begun = learning.get();
        if (begun != null) {
            return begun;
        }
        Mono<String> mine = head().map(StreamMetadata::contentType)
                .doFinally(signal -> learning.set(null))
                .cache();
        return learning.compareAndSet(null, mine) ? mine : contentType();
    }

    private StreamCall call(StreamOperation operation, HttpMethod method, HttpHeaders headers, @Nullable Body body) {
        return new StreamCall(operation, method, url, headers, body);
    }
}
