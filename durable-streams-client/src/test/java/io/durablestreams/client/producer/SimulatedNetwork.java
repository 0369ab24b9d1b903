package io.durablestreams.client.producer;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

import io.durablestreams.client.exchange.NoAnswer;
import io.durablestreams.client.exchange.StreamTransport;
import io.durablestreams.client.fixture.SimulatedTime;
import io.durablestreams.client.producer.SimulatedStream.Reply;
import io.durablestreams.protocol.ProducerSequence;

/** What is between a producer and its {@link SimulatedStream}, with everything going wrong that the plan asks for. */
public final class SimulatedNetwork implements StreamTransport {

    private final ProducerPlan plan;
    private final SplittableRandom random;
    private final SimulatedTime time;
    private final SimulatedStream stream;
    private final RequestChecks checks;
    private final Consumer<Supplier<String>> trace;
    private final List<Exchange> open = new ArrayList<>();

    private boolean trouble = true;
    private boolean down;
    private long silentUntil = Long.MIN_VALUE;

    /** A request, and the client that may still be waiting for its answer. */
    private final class Exchange {

        private final Request request;
        private final MonoSink<Answer> client;
        private int status;
        private long retryAfter;

        Exchange(Request request, MonoSink<Answer> client) {
            this.request = request;
            this.client = client;
        }

        private void answer(int answerStatus, HttpHeaders headers, Flux<DataBuffer> body) {
            if (open.contains(this)) {
                status = answerStatus;
                String seconds = headers.getFirst(HttpHeaders.RETRY_AFTER);
                retryAfter = seconds == null
                        ? 0
                        : Duration.ofSeconds(Long.parseLong(seconds)).toNanos();
                trace.accept(
                        () -> describe(request) + " is answered with " + status + " " + headers.toSingleValueMap());
                client.success(new Answer(status, headers, body));
            }
        }

        private void fail(Throwable failure) {
            if (open.contains(this)) {
                trace.accept(() -> describe(request) + " fails: " + failure.getCause());
                client.error(failure);
            }
        }
    }

    SimulatedNetwork(
            ProducerPlan plan,
            SimulatedTime time,
            SimulatedStream stream,
            RequestChecks checks,
            Consumer<Supplier<String>> trace) {
        this.plan = plan;
        this.random = time.split();
        this.time = time;
        this.stream = stream;
        this.checks = checks;
        this.trace = trace;
    }

    /** How many requests the client waits for. */
    int open() {
        return open.size();
    }

    /** Nothing goes wrong any more. */
    void calmDown() {
        trouble = false;
        down = false;
    }

    void down(boolean now) {
        down = trouble && now;
    }

    private boolean isDown() {
        return down || time.nanos() < silentUntil;
    }

    @Override
    public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
        return Flux.defer(() -> {
            Exchange[] exchange = new Exchange[1];
            return Mono.<Answer>create(sink -> {
                        exchange[0] = new Exchange(request, sink);
                        open.add(exchange[0]);
                        checks.requested(request);
                        send(exchange[0]);
                    })
                    .flatMapMany(handler)
                    .doOnComplete(() -> end(exchange[0], true))
                    .doOnError(failure -> end(exchange[0], exchange[0].status >= 300))
                    .doOnCancel(() -> end(exchange[0], false));
        });
    }

    private void end(Exchange exchange, boolean answered) {
        if (open.remove(exchange)) {
            checks.ended(exchange.request, answered ? exchange.status : 0, exchange.retryAfter);
        }
    }

    private void send(Exchange exchange) {
        if (isDown()) {
            if (random.nextBoolean()) {
                refuse(exchange);
            }
        } else if (happens(plan.network().refused())) {
            refuse(exchange);
        } else if (happens(plan.network().requestLost())) {
            breakOff(exchange);
        } else {
            time.at(delay(), () -> arrive(exchange));
        }
    }

    private void refuse(Exchange exchange) {
        time.signalAt(delay(), () -> exchange.fail(NoAnswer.before(new ConnectException("refused"))));
    }

    /** The connection breaks, which the client learns at once or not before its timeout. */
    private void breakOff(Exchange exchange) {
        if (random.nextBoolean()) {
            time.signalAt(delay(), () -> exchange.fail(NoAnswer.after(new IOException("reset"))));
        }
    }

    private void arrive(Exchange exchange) {
        if (isDown()) {
            return;
        }
        boolean busy = happens(plan.server().busy());
        boolean served = !busy || random.nextBoolean();
        Reply reply = served ? process(exchange.request) : null;
        if (reply != null && reply.hasStored() && happens(plan.network().copied())) {
            time.at(longDelay(), () -> process(exchange.request));
        }
        if (reply != null && reply.hasStored() && stream.log().closure() != null) {
            closed();
        }
        if (isDown() || happens(plan.network().answerLost())) {
            breakOff(exchange);
        } else if (busy || reply == null) {
            answerBusy(exchange);
        } else if (happens(plan.server().garbage())) {
            answerGarbage(exchange);
        } else {
            answer(exchange, reply.status(), reply.headers());
        }
    }

    private void closed() {
        if (random.nextDouble() < plan.network().closesUnanswered()) {
            silentUntil = time.nanos()
                    + random.nextLong(
                            1, 2 * plan.settings().delivery().deliveryTimeout().toNanos());
        }
    }

    private Reply process(Request request) {
        Reply reply = stream.serve(request, refused -> happens(plan.server().denied()));
        trace.accept(() -> "server: " + describe(request) + ": " + reply.status());
        return reply;
    }

    private void answerBusy(Exchange exchange) {
        HttpHeaders headers = new HttpHeaders();
        if (random.nextInt(3) == 0) {
            headers.set(HttpHeaders.RETRY_AFTER, Integer.toString(random.nextInt(3)));
        }
        answer(exchange, List.of(503, 503, 500, 502, 429, 408).get(random.nextInt(6)), headers);
    }

    private void answerGarbage(Exchange exchange) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, "text/html");
        answer(exchange, random.nextBoolean() ? 200 : 204, headers);
    }

    private void answer(Exchange exchange, int status, HttpHeaders headers) {
        boolean hasBody = status != 204 && exchange.request.method() != HttpMethod.HEAD && random.nextInt(4) == 0;
        Flux<DataBuffer> body = hasBody ? body() : Flux.empty();
        time.signalAt(delay(), () -> exchange.answer(status, headers, body));
    }

    /** Most servers send no body; one may break off. */
    private Flux<DataBuffer> body() {
        Flux<DataBuffer> text = Flux.just(
                DefaultDataBufferFactory.sharedInstance.wrap("something".getBytes(StandardCharsets.US_ASCII)));
        return happens(plan.network().answerLost()) ? text.concatWith(Flux.error(new IOException("cut"))) : text;
    }

    private boolean happens(double chance) {
        return trouble && chance > 0 && random.nextDouble() < chance;
    }

    private long delay() {
        if (happens(plan.network().delayed())) {
            return longDelay();
        }
        return time.nanos() + random.nextLong(1, 2 * plan.network().latency().toNanos());
    }

    /** Often so long that the client has given up. */
    private long longDelay() {
        long longest = 20 * plan.settings().delivery().requestTimeout().toNanos();
        return time.nanos() + random.nextLong(1 + (longest >> random.nextInt(8)));
    }

    /** The body of a request. */
    public static String text(Request request) {
        Body body = request.body();
        return body == null ? "" : new String(body.bytes(), body.offset(), body.length(), StandardCharsets.UTF_8);
    }

    /** The numbers and messages of a request. */
    public static String describe(Request request) {
        if (request.method() != HttpMethod.POST) {
            return request.method().toString();
        }
        ProducerSequence sequence = SimulatedStream.sequence(request);
        return "POST " + sequence.epoch() + "/" + sequence.seq() + " " + SimulatedMessage.numbersIn(text(request));
    }
}
