package io.durablestreams.sample;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStream;
import io.durablestreams.protocol.StreamMetadata;

import static org.assertj.core.api.Assertions.assertThat;

/** Uses the application over HTTP, with the embedded server. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"durable-streams.server.port=0", "sample.heartbeat=200ms"})
class SampleApplicationTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final ParameterizedTypeReference<ServerSentEvent<List<Event>>> EVENTS =
            new ParameterizedTypeReference<>() {};

    private final WebClient browser;
    private final DurableStream stream;

    SampleApplicationTest(@LocalServerPort int port, @Autowired DurableStream stream) {
        this.browser = WebClient.create("http://localhost:" + port);
        this.stream = stream;
    }

    @Test
    void aPostedEventAppearsInAnOpenStream() {
        StepVerifier.create(texts(open(tail())))
                .expectSubscription()
                .then(() -> post("first"))
                .expectNext("first")
                .then(() -> post("second"))
                .expectNext("second")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void aBrowserThatReconnectsGetsExactlyTheRest() {
        String start = tail();
        post("seen");
        ServerSentEvent<List<Event>> last =
                open(start).filter(event -> event.data() != null).blockFirst(TIMEOUT);
        post("missed");
        post("missed, too");

        StepVerifier.create(texts(open(last.id())))
                .expectNext("missed", "missed, too")
                .then(() -> post("live"))
                .expectNext("live")
                .thenCancel()
                .verify(TIMEOUT);
    }

    /** The page sends no header at first. When the browser reconnects, it sends the old parameter and a header. */
    @Test
    void aPageThatOpensANewEventSourceGetsExactlyTheRest() {
        String start = tail();
        post("seen");
        String seen = tail();
        post("missed");
        String missed = tail();
        post("last");

        assertThat(firstText(browser.get().uri("/events?lastEventId={id}", seen)))
                .isEqualTo("missed");
        assertThat(firstText(
                        browser.get().uri("/events?lastEventId={id}", start).header("Last-Event-ID", missed)))
                .isEqualTo("last");
    }

    private static @Nullable String firstText(WebClient.RequestHeadersSpec<?> request) {
        return texts(request.accept(MediaType.TEXT_EVENT_STREAM).retrieve().bodyToFlux(EVENTS))
                .blockFirst(TIMEOUT);
    }

    /** Otherwise a browser whose connection breaks within a batch would miss the rest of the batch. */
    @Test
    void eventsThatBelongToOneOffsetComeAsOne() {
        String start = tail();
        List.of("one", "two", "three").forEach(this::post);

        ServerSentEvent<List<Event>> event =
                open(start).filter(candidate -> candidate.data() != null).blockFirst(TIMEOUT);

        assertThat(event.data()).extracting(Event::text).containsExactly("one", "two", "three");
        assertThat(event.id()).isEqualTo(tail());
    }

    @Test
    void aBrowserThatIsNewGetsEverything() {
        post("history");

        StepVerifier.create(texts(open(null)).filter("history"::equals))
                .expectNext("history")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void anOpenStreamShowsThatItIsAlive() {
        StepVerifier.create(open(tail()).filter(event -> "heartbeat".equals(event.comment())))
                .expectNextCount(2)
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void theAnswerToAPostIsTheEventThatIsStored() {
        Event posted = post("hello");

        assertThat(stream.reader(Event.class).collect().block(TIMEOUT)).contains(posted);
        assertThat(posted.text()).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"text\":\" \"}", "{\"text\":", "[]", ""})
    void whatIsNoEventIsRefused(String body) {
        ResponseEntity<Map<String, Object>> answer = exchange(browser.post()
                .uri("/events")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body));

        assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
        assertThat(answer.getBody()).containsKey("detail");
    }

    @ParameterizedTest
    @ValueSource(strings = {"not an offset", "nonsense"})
    void whatIsNoOffsetIsRefused(String lastEventId) {
        List.of(
                        browser.get().uri("/events").header("Last-Event-ID", lastEventId),
                        browser.get().uri("/events?lastEventId={id}", lastEventId))
                .forEach(request -> {
                    ResponseEntity<Map<String, Object>> answer = exchange(request);

                    assertThat(answer.getStatusCode()).isEqualTo(HttpStatus.BAD_REQUEST);
                    assertThat(String.valueOf(answer.getBody())).contains(lastEventId);
                });
    }

    /** The embedded server loses its streams in a restart, and pages resume at offsets that the new stream does not have. */
    @Test
    void anOffsetOfAStreamThatIsLostGoesOnAtTheBeginningOfTheNewOne() {
        post("new life");

        assertThat(texts(open("0000000000000000_0000000009999999")).blockFirst(TIMEOUT))
                .isEqualTo(texts(open("-1")).blockFirst(TIMEOUT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"header", "parameter"})
    void anEmptyIdIsTheBeginning(String place) {
        post("first of all");
        WebClient.RequestHeadersSpec<?> request = place.equals("header")
                ? browser.get().uri("/events").header("Last-Event-ID", "")
                : browser.get().uri("/events?lastEventId=");

        assertThat(texts(request.accept(MediaType.TEXT_EVENT_STREAM).retrieve().bodyToFlux(EVENTS))
                        .blockFirst(TIMEOUT))
                .isEqualTo(texts(open("-1")).blockFirst(TIMEOUT));
    }

    /** The producer cannot be used afterwards, because the server has lost the state of the producer. */
    @Test
    @DirtiesContext
    void aStreamThatIsDeletedIsNotFound() {
        stream.delete().block(TIMEOUT);

        HttpStatusCode status = browser.get()
                .uri("/events")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchangeToMono(answer -> answer.releaseBody().thenReturn(answer.statusCode()))
                .block(TIMEOUT);

        assertThat(status).isEqualTo(HttpStatus.NOT_FOUND);
    }

    @Test
    void thePageIsServed() {
        String page = browser.get().uri("/").retrieve().bodyToMono(String.class).block(TIMEOUT);

        assertThat(page).contains("new EventSource(").doesNotContain("http://", "https://");
    }

    /** A browser does not reconnect after an error status, and a new event source does not have the id of the old one. */
    @Test
    void thePageGoesOnAtItsOffsetWhenTheBrowserHasGivenUp() {
        String page = browser.get().uri("/").retrieve().bodyToMono(String.class).block(TIMEOUT);

        assertThat(page)
                .containsSubsequence(
                        "function open()",
                        "new EventSource(`events?lastEventId=${encodeURIComponent(offset)}`)",
                        "readyState === EventSource.CLOSED",
                        "setTimeout(reopen,",
                        "offset = message.lastEventId",
                        "async function reopen()",
                        "answer.status === 400",
                        "offset = \"-1\"",
                        "open();");
    }

    private Event post(String text) {
        return browser.post()
                .uri("/events")
                .bodyValue(Map.of("text", text))
                .retrieve()
                .bodyToMono(Event.class)
                .block(TIMEOUT);
    }

    private Flux<ServerSentEvent<List<Event>>> open(@Nullable String lastEventId) {
        WebClient.RequestHeadersSpec<?> request = browser.get().uri("/events").accept(MediaType.TEXT_EVENT_STREAM);
        return (lastEventId == null ? request : request.header("Last-Event-ID", lastEventId))
                .retrieve()
                .bodyToFlux(EVENTS);
    }

    private static Flux<String> texts(Flux<ServerSentEvent<List<Event>>> events) {
        return events.mapNotNull(ServerSentEvent::data)
                .concatMapIterable(batch -> batch)
                .map(Event::text);
    }

    private String tail() {
        return stream.head().map(StreamMetadata::nextOffset).block(TIMEOUT).value();
    }

    private static ResponseEntity<Map<String, Object>> exchange(WebClient.RequestHeadersSpec<?> request) {
        return request.exchangeToMono(
                        response -> response.toEntity(new ParameterizedTypeReference<Map<String, Object>>() {}))
                .switchIfEmpty(Mono.error(new AssertionError("no answer")))
                .block(TIMEOUT);
    }
}
