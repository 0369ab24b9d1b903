package io.durablestreams.client.cache;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The cache alone, between requests and answers of a script. */
class CatchUpCacheTest {

    private static final URI FIRST_PAGE = URI.create("http://scripted/stream?offset=-1");
    private static final ReadCacheSettings SMALL = new ReadCacheSettings(10_000, 1000);

    private final CatchUpCache cache = new CatchUpCache(SMALL);
    private final Deque<ClientResponse> answers = new ArrayDeque<>();
    private final List<ClientRequest> requests = new ArrayList<>();

    /** Sends a request through the cache and reads the answer to its end. */
    private String get(URI url, Consumer<ClientRequest.Builder> more) {
        return exchange(url, more)
                .flatMapMany(response -> response.body(BodyExtractors.toDataBuffers()))
                .map(CatchUpCacheTest::text)
                .collectList()
                .map(parts -> String.join("", parts))
                .block(PATIENCE);
    }

    private String get(URI url) {
        return get(url, request -> {});
    }

    private Mono<ClientResponse> exchange(URI url, Consumer<ClientRequest.Builder> more) {
        ClientRequest.Builder request = ClientRequest.create(HttpMethod.GET, url);
        more.accept(request);
        return cache.filter(request.build(), sent -> {
            requests.add(sent);
            return Mono.just(answers.remove());
        });
    }

    private String lastCondition() {
        return requests.get(requests.size() - 1).headers().getFirst("If-None-Match");
    }

    private static String text(DataBuffer buffer) {
        String text = buffer.toString(StandardCharsets.UTF_8);
        DataBufferUtils.release(buffer);
        return text;
    }

    private void answer(String body, String... headers) {
        answers.add(page(headers)
                .header("Content-Length", Integer.toString(body.length()))
                .body(body)
                .build());
    }

    private static ClientResponse.Builder page(String... headers) {
        ClientResponse.Builder page = ClientResponse.create(HttpStatus.OK)
                .header("ETag", "\"s:-1:a\"")
                .header("Content-Type", "text/plain")
                .header("Stream-Next-Offset", "a");
        page.headers(all -> set(all, headers));
        return page;
    }

    private static void set(HttpHeaders all, String... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            all.set(namesAndValues[i], namesAndValues[i + 1]);
        }
    }

    private void notModified(String... headers) {
        answers.add(ClientResponse.create(HttpStatus.NOT_MODIFIED)
                .headers(all -> set(all, headers))
                .build());
    }

    @Test
    void theServerIsAskedWhetherWhatIsKeptIsStillRight() {
        answer("text");
        notModified();

        assertThat(get(FIRST_PAGE)).isEqualTo("text");
        assertThat(lastCondition()).isNull();
        assertThat(get(FIRST_PAGE)).isEqualTo("text");
        assertThat(lastCondition()).isEqualTo("\"s:-1:a\"");
    }

    @Test
    void aNewAnswerTakesThePlaceOfTheOldOne() {
        answer("text");
        answer("text, more", "ETag", "\"s:-1:b\"");
        notModified();

        get(FIRST_PAGE);
        assertThat(get(FIRST_PAGE)).isEqualTo("text, more");
        assertThat(get(FIRST_PAGE)).isEqualTo("text, more");
        assertThat(lastCondition()).isEqualTo("\"s:-1:b\"");
    }

    @Test
    void whatIsConfirmedSaysWhatItsBodyIsAndWhereItEnds() {
        answer("text", "Stream-Up-To-Date", "true", "Stream-Cursor", "1");
        notModified("Content-Type", "text/html", "X-Served-By", "somebody");

        get(FIRST_PAGE);
        ClientResponse confirmed = exchange(FIRST_PAGE, request -> {}).block(PATIENCE);

        assertThat(confirmed.statusCode()).isEqualTo(HttpStatus.OK);
        HttpHeaders headers = confirmed.headers().asHttpHeaders();
        assertThat(headers.getFirst("Content-Type")).isEqualTo("text/plain");
        assertThat(headers.getFirst("Stream-Next-Offset")).isEqualTo("a");
        assertThat(headers.getFirst("X-Served-By")).isEqualTo("somebody");
        assertThat(headers.getFirst("Stream-Up-To-Date"))
                .as("a tag may hide that the stream was closed")
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void theEndOfAClosedStreamAndTheWordOfThe304AreKept(boolean closed, boolean repeated) {
        answer("text", "Stream-Up-To-Date", "true", "Stream-Closed", Boolean.toString(closed));
        notModified("Stream-Up-To-Date", Boolean.toString(repeated));

        get(FIRST_PAGE);
        HttpHeaders headers =
                exchange(FIRST_PAGE, request -> {}).block(PATIENCE).headers().asHttpHeaders();

        assertThat(headers.getFirst("Stream-Up-To-Date")).isEqualTo("true");
        assertThat(headers.getFirst("Stream-Closed")).isEqualTo(closed ? "true" : null);
    }

    static List<Consumer<ClientRequest.Builder>> identities() {
        return List.of(
                request -> request.header("Authorization", "Bearer other"),
                request -> request.header("X-Tenant", "other"),
                request -> request.header("authorization", "Bearer one", "Bearer two"),
                request -> request.cookie("session", "other"));
    }

    @ParameterizedTest
    @MethodSource("identities")
    void nobodyIsGivenWhatAnotherIdentityHasRead(Consumer<ClientRequest.Builder> other) {
        answer("mine");
        answer("theirs");

        get(FIRST_PAGE, request -> request.header("Authorization", "Bearer one"));
        assertThat(get(FIRST_PAGE, other)).isEqualTo("theirs");

        assertThat(lastCondition()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"traceparent", "tracestate", "b3", "X-B3-TraceId"})
    void whatOnlyTracesARequestIsNoIdentity(String header) {
        answer("text");
        notModified();

        get(FIRST_PAGE, request -> request.header(header, "1"));
        assertThat(get(FIRST_PAGE, request -> request.header(header, "2"))).isEqualTo("text");
    }

    @Test
    void anotherQueryIsAnotherAnswer() {
        answer("text");
        answer("rest");

        get(FIRST_PAGE);
        assertThat(get(URI.create("http://scripted/stream?offset=b"))).isEqualTo("rest");

        assertThat(lastCondition()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "Cache-Control, no-store",
        "Cache-Control, 'max-age=60, Private'",
        "Vary, *",
        "Content-Encoding, gzip",
        "ETag, W/\"weak\"",
        "Stream-Next-Offset, -1"
    })
    void whatMustNotBeSharedOrSaysNothingIsNotKept(String header, String value) {
        answer("text", header, value);
        answer("again");

        get(FIRST_PAGE);
        assertThat(get(FIRST_PAGE)).isEqualTo("again");

        assertThat(lastCondition()).isNull();
    }

    static List<ClientResponse.Builder> unfinished() {
        return List.of(
                page().body("whatever came before the connection ended"),
                page().header("Content-Length", "5").body("four"),
                page().header("Content-Length", "1001").body("x".repeat(1001)),
                page().header("Transfer-Encoding", "chunked").body("x".repeat(1001)));
    }

    @ParameterizedTest
    @MethodSource("unfinished")
    void whatMayBeIncompleteOrIsTooLargeIsPassedOnButNotKept(ClientResponse.Builder page) {
        answers.add(page.build());
        answer("again");

        assertThat(get(FIRST_PAGE)).isNotEmpty();
        assertThat(get(FIRST_PAGE)).isEqualTo("again");

        assertThat(lastCondition()).isNull();
    }

    @Test
    void aBodyOfChunksIsKept() {
        answers.add(page().header("Transfer-Encoding", "chunked").body("text").build());
        notModified();

        get(FIRST_PAGE);
        assertThat(get(FIRST_PAGE)).isEqualTo("text");
    }

    @Test
    void aBodyThatBreaksOffIsNotKept() {
        answers.add(page().header("Transfer-Encoding", "chunked")
                .body(Flux.just(buffer("te")).concatWith(Flux.error(new IllegalStateException("cut"))))
                .build());
        answer("text");

        assertThatThrownBy(() -> get(FIRST_PAGE)).hasMessage("cut");
        assertThat(get(FIRST_PAGE)).isEqualTo("text");

        assertThat(lastCondition()).isNull();
    }

    @Test
    void aBodyThatIsCancelledIsNotKept() {
        answers.add(page().header("Transfer-Encoding", "chunked")
                .body(Flux.just(buffer("te"), buffer("xt")))
                .build());
        answer("text");

        exchange(FIRST_PAGE, request -> {})
                .flatMapMany(response -> response.body(BodyExtractors.toDataBuffers()))
                .map(CatchUpCacheTest::text)
                .take(1)
                .blockLast(PATIENCE);
        assertThat(get(FIRST_PAGE)).isEqualTo("text");

        assertThat(lastCondition()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyThatIsDrainedAfterAFailureIsNotKept(boolean brokenOff) {
        AtomicInteger subscriptions = new AtomicInteger();
        Flux<DataBuffer> first = brokenOff ? Flux.error(new IllegalStateException("cut")) : Flux.never();
        answers.add(page().header("Transfer-Encoding", "chunked")
                .body(Flux.defer(() -> subscriptions.getAndIncrement() == 0 ? first : Flux.empty()))
                .build());
        answer("text");

        ClientResponse response = exchange(FIRST_PAGE, request -> {}).block(PATIENCE);
        response.body(BodyExtractors.toDataBuffers())
                .doOnSubscribe(subscription -> {
                    if (!brokenOff) {
                        throw new IllegalStateException("of no use");
                    }
                })
                .onErrorResume(failure -> response.releaseBody().thenMany(Flux.empty()))
                .blockLast(PATIENCE);
        assertThat(subscriptions).hasValue(2);
        assertThat(get(FIRST_PAGE)).isEqualTo("text");

        assertThat(lastCondition()).isNull();
    }

    @Test
    void whatIsKeptComesInPiecesAsItIsAskedFor() {
        CatchUpCache large = new CatchUpCache(ReadCacheSettings.DEFAULT);
        String body = "x".repeat(150_000);
        answer(body);
        notModified();
        ClientRequest request = ClientRequest.create(HttpMethod.GET, FIRST_PAGE).build();
        for (int i = 0; i < 2; i++) {
            Flux<Integer> sizes = large.filter(request, sent -> Mono.just(answers.remove()))
                    .flatMapMany(response -> response.body(BodyExtractors.toDataBuffers()))
                    .map(buffer -> text(buffer).length());
            if (i == 0) {
                sizes.blockLast(PATIENCE);
                continue;
            }
            StepVerifier.create(sizes, 1)
                    .expectNext(65_536)
                    .thenRequest(1)
                    .expectNext(65_536)
                    .thenRequest(2)
                    .expectNext(150_000 - 2 * 65_536)
                    .expectComplete()
                    .verify(PATIENCE);
        }
    }

    @Test
    void theMemoryIsBounded() {
        for (int i = 0; i < 100; i++) {
            answer("x".repeat(1000), "ETag", "\"" + i + "\"");
            get(URI.create("http://scripted/stream?offset=" + i));
        }
        int known = 0;
        for (int i = 0; i < 100; i++) {
            answer("x".repeat(1000), "ETag", "\"" + i + "\"");
            get(URI.create("http://scripted/stream?offset=" + i));
            known += lastCondition() == null ? 0 : 1;
        }
        assertThat(known).as("answers of 10,000 bytes in all").isLessThan(10);
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 410})
    void whatIsGoneIsForgotten(int status) {
        answer("text");
        answers.add(ClientResponse.create(HttpStatus.valueOf(status)).build());
        answer("another stream");

        get(FIRST_PAGE);
        get(FIRST_PAGE);
        assertThat(get(FIRST_PAGE)).isEqualTo("another stream");

        assertThat(lastCondition()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "DELETE, http://scripted/stream?tenant=t, 204, true",
        "PUT, http://scripted/stream, 201, true",
        "PUT, http://scripted/stream, 200, false",
        "DELETE, http://scripted/stream, 200, true",
        "DELETE, http://scripted/stream, 404, true",
        "DELETE, http://scripted/stream, 410, true",
        "DELETE, http://scripted/stream, 503, false",
        "PUT, http://scripted/stream, 409, false",
        "DELETE, http://scripted/stream/other, 204, false",
        "DELETE, http://other/stream, 204, false",
        "POST, http://scripted/stream, 204, false"
    })
    void aStreamThatThisClientMakesOrDeletesIsForgotten(String method, URI url, int status, boolean forgotten) {
        answer("text");
        answer("another stream");

        get(FIRST_PAGE);
        cache.filter(
                        ClientRequest.create(HttpMethod.valueOf(method), url).build(),
                        sent -> Mono.just(ClientResponse.create(HttpStatus.valueOf(status))
                                .build()))
                .block(PATIENCE);
        get(FIRST_PAGE);

        assertThat(lastCondition()).isEqualTo(forgotten ? null : "\"s:-1:a\"");
    }

    @Test
    void whatIsStillUnderWayWhenItsStreamIsDeletedIsNotKept() {
        answer("text");
        answer("another stream");

        ClientResponse late = exchange(FIRST_PAGE, request -> {}).block(PATIENCE);
        cache.filter(
                        ClientRequest.create(HttpMethod.DELETE, FIRST_PAGE).build(),
                        sent -> Mono.just(
                                ClientResponse.create(HttpStatus.NO_CONTENT).build()))
                .block(PATIENCE);
        late.releaseBody().block(PATIENCE);
        get(FIRST_PAGE);

        assertThat(lastCondition()).isNull();
    }

    @Test
    void aServerInTroubleIsNoReasonToForget() {
        answer("text");
        answers.add(ClientResponse.create(HttpStatus.SERVICE_UNAVAILABLE).build());
        notModified();

        get(FIRST_PAGE);
        get(FIRST_PAGE);

        assertThat(get(FIRST_PAGE)).isEqualTo("text");
    }

    @Test
    void aConditionOfTheApplicationIsItsOwn() {
        notModified();

        ClientResponse response = exchange(FIRST_PAGE, request -> request.header("If-None-Match", "\"own\""))
                .block(PATIENCE);

        assertThat(response.statusCode()).isEqualTo(HttpStatus.NOT_MODIFIED);
        assertThat(lastCondition()).isEqualTo("\"own\"");
    }

    @Test
    void onlyReadsAreKept() {
        for (int i = 0; i < 2; i++) {
            answer("");
            cache.filter(ClientRequest.create(HttpMethod.HEAD, FIRST_PAGE).build(), sent -> {
                        requests.add(sent);
                        return Mono.just(answers.remove());
                    })
                    .flatMap(ClientResponse::releaseBody)
                    .block(PATIENCE);
        }

        assertThat(lastCondition()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0, 0, maxAnswerBytes", "99, 100, maxBytes", "100, -1, maxAnswerBytes"})
    void settingsNameTheirBadValue(long maxBytes, int maxAnswerBytes, String name) {
        assertThatThrownBy(() -> new ReadCacheSettings(maxBytes, maxAnswerBytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name)
                .hasMessageContaining(Long.toString(name.equals("maxBytes") ? maxBytes : maxAnswerBytes));
    }

    private static DataBuffer buffer(String text) {
        return DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
