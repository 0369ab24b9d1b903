package io.durablestreams.client.exchange;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

/** A transport over two {@link WebClient}s, so that live reads have their own connections. */
public final class WebClientTransport implements StreamTransport {

    private final WebClient requests;
    private final WebClient liveReads;
    private final Duration connectionTimeout;
    private final SendingThread sendingThread = new SendingThread();

    /**
     * Creates the transport.
     *
     * @param requests sends requests that the server answers at once
     * @param liveReads sends requests that the server may hold
     * @param connectionTimeout the longest time that either waits for a connection, or zero if it is not known
     */
    public WebClientTransport(WebClient requests, WebClient liveReads, Duration connectionTimeout) {
        this.requests = observed(requests);
        this.liveReads = observed(liveReads);
        this.connectionTimeout = connectionTimeout;
    }

    /** Returns a client whose last filter notices that the others have passed a request on. */
    private static WebClient observed(WebClient webClient) {
        return webClient
                .mutate()
                .filters(filters -> filters.add(WebClientTransport::passedOn))
                .build();
    }

    private static Mono<ClientResponse> passedOn(ClientRequest request, ExchangeFunction next) {
        if (request.attributes().get(ConnectionThread.class.getName()) instanceof ConnectionThread thread) {
            thread.passedOn(request.httpRequest());
            return next.exchange(request).doOnNext(response -> thread.progress.answered());
        }
        return next.exchange(request);
    }

    @Override
    public Duration connectionTimeout() {
        return connectionTimeout;
    }

    @Override
    public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
        return Flux.defer(() -> {
            AtomicBoolean cancelled = new AtomicBoolean();
            ConnectionThread thread = new ConnectionThread(request.live() ? null : sendingThread, request.progress());
            return spec(request)
                    .attribute(ConnectionThread.class.getName(), thread)
                    .httpRequest(thread)
                    .exchangeToFlux(response -> response.statusCode().is1xxInformational()
                            ? thread.withoutAnswer(response)
                            : handle(answer(response, cancelled::get), handler))
                    .onErrorMap(WebClientRequestException.class, WebClientTransport::noAnswer)
                    .doOnComplete(thread::answered)
                    .cancelOn(Schedulers.fromExecutor(thread))
                    .doOnCancel(() -> cancelled.set(true));
        });
    }

    @Override
    public void onSendingThread(Runnable task, Scheduler scheduler) {
        sendingThread.run(task, scheduler);
    }

    private WebClient.RequestHeadersSpec<?> spec(Request request) {
        WebClient.RequestBodySpec spec = (request.live() ? liveReads : requests)
                .method(request.method())
                .uri(request.url())
                .headers(headers -> headers.putAll(request.headers()));
        Body body = request.body();
        return body == null ? spec : spec.body(inserter(body));
    }

    /**
     * If an exchange is cancelled while its response arrives, the connector releases the body and fails its later
     * subscriber. That failure has no receiver and would be logged, so it is suppressed.
     */
    private static Answer answer(ClientResponse response, BooleanSupplier cancelled) {
        Flux<DataBuffer> body = response.body(BodyExtractors.toDataBuffers());
        return new Answer(
                response.statusCode().value(),
                response.headers().asHttpHeaders(),
                body.onErrorResume(failure -> cancelled.getAsBoolean(), failure -> Flux.never()));
    }

    /**
     * Passes a response to the handler. If the result fails, the connection is closed, unless the body was read to its
     * end. WebClient would read the rest and release the connection, although its state is then unknown.
     */
    private static <T> Flux<T> handle(Answer answer, Function<Answer, Publisher<T>> handler) {
        return Flux.defer(() -> handler.apply(answer))
                .doOnError(failure -> answer.body().subscribe(new Cancelling()));
    }

    /**
     * Closes a connection whose response is not read to its end. Otherwise the connection already belongs to another
     * request.
     */
    private static final class Cancelling extends BaseSubscriber<DataBuffer> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.cancel();
        }

        @Override
        protected void hookOnError(Throwable alreadyRead) {}
    }

    private static BodyInserter<Object, ClientHttpRequest> inserter(Body body) {
        return (request, context) -> {
            request.getHeaders().setContentLength(body.length());
            if (body.length() == 0) {
                // The JDK's client would send an empty buffer as a last chunk, followed by another last chunk.
                return request.setComplete();
            }
            DataBuffer buffer =
                    request.bufferFactory().wrap(ByteBuffer.wrap(body.bytes(), body.offset(), body.length()));
            return request.writeWith(Mono.just(buffer));
        };
    }

    private static Throwable noAnswer(WebClientRequestException failure) {
        if (failure.getCause() instanceof CancellationException refusal) {
            return refusal;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegibleAnswerException illegible) {
                return new TransportException(illegible, true);
            }
            if (cause instanceof ProtocolException malformed) { // Of the JDK's client.
                return new TransportException(IllegibleAnswerException.notHttp(malformed), true);
            }
        }
        // Connectors use the same exception for a response that they cannot read.
        IllegalArgumentException refusal = failure.getCause() instanceof IllegalArgumentException
                ? HeaderText.refusal(failure.getHeaders())
                : null;
        if (refusal != null) {
            return refusal;
        }
        Throwable cause = failure.getMostSpecificCause();
        if (isPoolRefusal(cause)) {
            return TransportException.poolExhausted(cause);
        }
        boolean neverSent = failure.contains(ConnectException.class)
                || failure.contains(UnknownHostException.class)
                || failure.contains(NoRouteToHostException.class)
                || failure.contains(SSLHandshakeException.class);
        return new TransportException(cause, !neverSent);
    }

    /** The pool's exceptions are in an internal package of Reactor Netty, which must not be imported. */
    private static boolean isPoolRefusal(Throwable cause) {
        return cause.getClass().getSimpleName().startsWith("PoolAcquire");
    }

    /**
     * The thread on which responses arrive, once a request is sent. A cancel on another thread could happen after
     * Reactor Netty has emitted the response and before the connector has received it. The connection would then never
     * be closed.
     */
    private static final class ConnectionThread implements Executor, Consumer<ClientHttpRequest> {

        private final @Nullable SendingThread sendingThread;
        private final AttemptProgress progress;
        private volatile @Nullable Channel channel;

        ConnectionThread(@Nullable SendingThread sendingThread, AttemptProgress progress) {
            this.sendingThread = sendingThread;
            this.progress = progress;
        }

        /**
         * The filters have passed the request on.
         *
         * @param whenSent runs when the request is sent. A filter may have replaced it
         */
        void passedOn(@Nullable Consumer<ClientHttpRequest> whenSent) {
            if (whenSent == this) {
                progress.passedOn();
            } else {
                progress.sent();
            }
        }

        /** The request has a connection, on which it is sent now. */
        @Override
        public void accept(ClientHttpRequest request) {
            progress.sent();
            if (request.getNativeRequest() instanceof Connection connection) {
                Channel used = connection.channel();
                channel = used;
                if (sendingThread != null) {
                    sendingThread.taken(used.eventLoop());
                }
            }
        }

        /**
         * Fails for an informational response, and closes the connection, because the next request on it would receive
         * the final response. The connections of {@link StreamConnections} deliver only 101.
         */
        <T> Flux<T> withoutAnswer(ClientResponse response) {
            Channel used = channel;
            if (used != null) {
                used.close(); // The response ends with its head, so cancelling the body may be too late.
            }
            IOException reason = new IOException(
                    "the answer has status " + response.statusCode().value() + ", which is not final");
            return response.body(BodyExtractors.toDataBuffers())
                    .doOnSubscribe(subscription -> {
                        // Cancels, which closes the connections of other connectors.
                        throw new TransportException(reason, true);
                    })
                    .thenMany(Flux.empty());
        }

        void answered() {
            Channel used = channel;
            if (used != null && sendingThread != null) {
                sendingThread.givenBack(used.eventLoop());
            }
        }

        @Override
        public void execute(Runnable task) {
            Channel used = channel;
            if (used == null || used.eventLoop().inEventLoop()) {
                task.run();
                return;
            }
            try {
                used.eventLoop().execute(task);
            } catch (RejectedExecutionException ended) {
                task.run();
            }
        }
    }
}
