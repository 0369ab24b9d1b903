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

    private final Queue<Flux<Answer>> answers = new ArrayDeque<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** Returns an answer with a status, and with headers as pairs of name and value. */
    static Answer answer(int status, String... namesAndValues) {
        HttpHeaders headers = new HttpHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.set(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new Answer(status, headers, Flux.empty());
    }

    /** Answers the next request. */
    ScriptedAnswers then(int status, String... namesAndValues) {
        answers.add(Flux.just(answer(status, namesAndValues)));
        return this;
    }

    /** The next request gets its answer when the test has one. */
    Sinks.One<Answer> thenWait() {
        Sinks.One<Answer> answer = Sinks.one();
        answers.add(answer.asMono().flux());
        return answer;
    }

    /** The next request gets no answer but a failure. */
    ScriptedAnswers thenFail(Throwable failure) {
        answers.add(Flux.error(failure));
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
            return answers.remove().flatMap(handler);
        });
    }
}
