package io.durablestreams.client;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import org.reactivestreams.Publisher;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** A transport that answers requests, whatever they are, one after the other as it was told. */
final class ScriptedAnswers implements StreamTransport {

    private final Queue<Function<Request, Flux<Answer>>> answers = new ArrayDeque<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** Returns an answer with a status, and with headers as pairs of name and value. */
    static Answer answer(int status, String... namesAndValues) {
        HttpHeaders headers = new HttpHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.set(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Answer(status, headers, Flux.empty());
    }

    /** Answers the next request. A success names the number of the request, unless the headers name one. */
    ScriptedAnswers then(int status, String... namesAndValues) {
        answers.add(request -> Flux.just(confirming(request, answer(status, namesAndValues))));
        return this;
    }

    /** Answers the next request, and does not confirm the number that it may have. */
    ScriptedAnswers thenExactly(int status, String... namesAndValues) {
        answers.add(request -> Flux.just(answer(status, namesAndValues)));
        return this;
    }

    private static Answer confirming(Request request, Answer answer) {
        if (answer.status() == 200 || answer.status() == 204) {
            for (String name : List.of("Producer-Epoch", "Producer-Seq")) {
                String sent = request.headers().getFirst(name);
                if (sent != null && !answer.headers().containsHeader(name)) {
                    answer.headers().set(name, sent);
                }
            }
        }
        return answer;
    }

    /** The next request gets its answer when the test has one. */
    Sinks.One<Answer> thenWait() {
        Sinks.One<Answer> answer = Sinks.one();
        answers.add(request ->
                answer.asMono().map(given -> confirming(request, given)).flux());
        return answer;
    }

    /** The next request gets no answer but a failure. */
    ScriptedAnswers thenFail(Throwable failure) {
        answers.add(request -> Flux.error(failure));
        return this;
    }

    /** Forgets what it was told of requests to come. */
    void forget() {
        answers.clear();
    }

    /** All requests so far. */
    List<Request> requests() {
        return requests;
    }

    @Override
    public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
        return Flux.defer(() -> {
            requests.add(request);
            return answers.remove().apply(request).flatMap(handler);
        });
    }
}
