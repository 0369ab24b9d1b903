package io.durablestreams.client.exchange;

import java.net.URI;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * HTTP in, HTTP out: all that the client needs of an HTTP library.
 *
 * <p>An exchange starts when it is subscribed to; cancelling it, or a failure of what the handler returned, aborts it and
 * closes its connection unless the body was read to its end. A failure to get an answer is signalled as a
 * {@link TransportException}, one in the middle of a body as it comes.
 */
public interface StreamTransport {

    /**
     * Sends a request and hands its answer, whatever the status, to the handler, which must consume the body.
     *
     * @param request the request
     * @param handler makes the result from the answer
     */
    <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler);

    /**
     * Runs a task, which probably sends a request, on a thread that must not block: on the one that the request is going to
     * be written by, where that can be foretold, since to hand it on from there costs nothing, or else on the scheduler.
     *
     * @param task the task, which runs once
     * @param scheduler runs what no other thread takes
     */
    default void onSendingThread(Runnable task, Scheduler scheduler) {
        scheduler.schedule(task);
    }

    /**
     * A request.
     *
     * @param method the method
     * @param url the complete URL, encoded
     * @param headers the headers
     * @param body the body, sent with its length, or null
     * @param live whether the server may hold the answer, so that the request must not take a connection from others
     */
    record Request(
            HttpMethod method,
            URI url,
            HttpHeaders headers,
            @Nullable Body body,
            boolean live) {}

    /** Bytes to send: a range of an array, which is not copied. */
    record Body(byte[] bytes, int offset, int length) {

        public static Body of(byte[] bytes) {
            return new Body(bytes, 0, bytes.length);
        }
    }

    /** An answer, whose body must be consumed or cancelled. */
    record Answer(int status, HttpHeaders headers, Flux<DataBuffer> body) {}
}
