package io.durablestreams.client.exchange;

import java.net.URI;
import java.time.Duration;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * Sends HTTP requests. This is the client's only view of an HTTP library.
 *
 * <p>An exchange starts on subscription. Cancelling it, or a failure of the handler's result, closes the connection,
 * unless the body was read to its end. If there is no response, the exchange fails with a {@link TransportException}. A
 * failure within a body is signalled unchanged.
 */
public interface StreamTransport {

    /**
     * Sends a request, and passes its response to the handler, whatever its status.
     *
     * @param request the request
     * @param handler creates the result from the response, and must consume its body
     */
    <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler);

    /**
     * Runs a task that probably sends a request, on a thread that must not block. Prefers the event loop that will
     * write the request, which avoids a thread hop; otherwise uses the scheduler.
     *
     * @param task the task, which runs once
     * @param scheduler runs the task if no event loop is known
     */
    default void onSendingThread(Runnable task, Scheduler scheduler) {
        scheduler.schedule(task);
    }

    /**
     * Returns the longest time that a request waits for a connection before the pool refuses it, or zero if the time is
     * not known.
     */
    default Duration connectionTimeout() {
        return Duration.ZERO;
    }

    /**
     * A request.
     *
     * @param method the method
     * @param url the complete URL, encoded
     * @param headers the headers
     * @param body the body, which is sent with its length, or null
     * @param live whether the server may hold the response. The request must then not take a connection from other
     *     requests
     * @param progress learns how far the request has come
     */
    record Request(
            HttpMethod method,
            URI url,
            HttpHeaders headers,
            @Nullable Body body,
            boolean live,
            AttemptProgress progress) {}

    /** A body to send: a range of an array, which is not copied. */
    record Body(byte[] bytes, int offset, int length) {

        public static Body of(byte[] bytes) {
            return new Body(bytes, 0, bytes.length);
        }
    }

    /** A response, whose body must be consumed or cancelled. */
    record Answer(int status, HttpHeaders headers, Flux<DataBuffer> body) {}
}
