package io.durablestreams.server;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;

/** Things that happen at once, over real connections. */
class RaceTest extends HttpFixture {

    @RepeatedTest(100)
    void anAppendThatMeetsALongPollIsSeenByIt() throws Exception {
        put("/s", "text/plain", "");

        CompletableFuture<HttpResponse<String>> poll =
                sendLater(request("/s?live=long-poll&offset=-1").GET());
        CompletableFuture<HttpResponse<String>> append = sendLater(append("/s", "x"));

        assertThat(append.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).statusCode())
                .isEqualTo(204);
        HttpResponse<String> answer = poll.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.body()).isEqualTo("x");
    }

    @RepeatedTest(100)
    void aCloseThatMeetsAReaderDoesNotTakeTheLastDataFromIt() throws Exception {
        put("/s", "text/plain", "");

        CompletableFuture<HttpResponse<Stream<String>>> events = lines("/s?live=sse&offset=-1");
        CompletableFuture<HttpResponse<String>> append =
                sendLater(append("/s", "end").header("Stream-Closed", "true"));

        assertThat(append.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).statusCode())
                .isEqualTo(204);
        List<String> lines =
                events.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS).body().toList();
        assertThat(lines).containsOnlyOnce("data:end");
        assertThat(lines.get(lines.size() - 2)).contains("\"streamClosed\":true");
        assertThat(lines.indexOf("data:end")).isLessThan(lines.size() - 3);
    }

    @Test
    void producersThatRepeatEverythingStoreEverythingOnce() {
        put("/s", "text/plain", "");
        int producers = 8;
        int count = 60;

        Flux.range(0, producers)
                .flatMap(
                        producer -> Flux.range(0, 3)
                                .flatMap(attempt -> Flux.range(0, count)
                                        .concatMap(seq -> appendAsProducer("/s", "p" + producer, seq))
                                        .subscribeOn(Schedulers.boundedElastic())),
                        producers)
                .blockLast(TIMEOUT);

        List<String> stored = List.of(get("/s").body().split(";"));
        assertThat(stored).hasSize(producers * count).doesNotHaveDuplicates();
        for (int producer = 0; producer < producers; producer++) {
            String prefix = "p" + producer + ":";
            assertThat(stored)
                    .filteredOn(message -> message.startsWith(prefix))
                    .containsExactlyElementsOf(IntStream.range(0, count)
                            .mapToObj(seq -> prefix + seq)
                            .toList());
        }
    }

    @Test
    void pipelinedAppendsOfOneProducerEndUpInOrder() {
        put("/s", "text/plain", "");
        int count = 200;

        Flux.range(0, count)
                .flatMap(seq -> appendAsProducer("/s", "p", seq).subscribeOn(Schedulers.boundedElastic()), 10)
                .blockLast(TIMEOUT);

        assertThat(get("/s").body())
                .isEqualTo(IntStream.range(0, count)
                        .mapToObj(seq -> "p:" + seq + ";")
                        .collect(Collectors.joining()));
    }

    @Test
    void readersThatFollowWhileItIsWrittenSeeEverythingOnceAndInOrder() throws Exception {
        put("/s", "application/json", "");
        int count = 300;
        List<CompletableFuture<HttpResponse<Stream<String>>>> readers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            readers.add(lines("/s?live=sse&offset=-1"));
        }
        for (int i = 0; i < count; i++) {
            post("/s", "application/json", "[" + i + "]");
        }
        send(request("/s").header("Stream-Closed", "true").POST(BodyPublishers.noBody()));

        String expected = IntStream.range(0, count).mapToObj(String::valueOf).collect(Collectors.joining(","));
        for (CompletableFuture<HttpResponse<Stream<String>>> reader : readers) {
            String seen = reader.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .body()
                    .filter(line -> line.startsWith("data:["))
                    .map(line -> line.substring("data:[".length(), line.length() - 1))
                    .collect(Collectors.joining(","));
            assertThat(seen).isEqualTo(expected);
        }
    }

    /** Sends an append until it is not refused for a gap. */
    private Mono<HttpResponse<String>> appendAsProducer(String path, String producer, int seq) {
        HttpRequest.Builder request = append(path, producer + ":" + seq + ";")
                .header("Producer-Id", producer)
                .header("Producer-Epoch", "0")
                .header("Producer-Seq", String.valueOf(seq));
        return Mono.fromFuture(() -> sendLater(request))
                .filter(response -> response.statusCode() != 409)
                .repeatWhenEmpty(gaps -> gaps)
                .doOnNext(response -> assertThat(response.statusCode()).isIn(200, 204));
    }

    private HttpRequest.Builder append(String path, String text) {
        return request(path).header("Content-Type", "text/plain").POST(BodyPublishers.ofString(text));
    }
}
