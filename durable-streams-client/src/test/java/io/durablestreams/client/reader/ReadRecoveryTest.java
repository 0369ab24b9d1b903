package io.durablestreams.client.reader;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.TransientStreamException;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.ScriptedTransport;
import io.durablestreams.client.fixture.ScriptedTransport.Reply;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.ScriptedTransport.subscribe;
import static org.assertj.core.api.Assertions.assertThat;

class ReadRecoveryTest {

    private final ScriptedTransport server = new ScriptedTransport();
    private final List<DurableStreamException> asked = new ArrayList<>();

    @AfterEach
    void everythingWasExpectedAndReleased() {
        server.assertDone();
    }

    /** A reader with a token that is out of date, and that gets "token 1", "token 2", ... when it fails. */
    private StreamReader<Integer> reader() {
        return server.builder().header("Authorization", "old").parameter("tenant", "t").build().stream(
                        ScriptedTransport.URL)
                .reader(Integer.class)
                .live(LiveMode.SSE)
                .onError(failure -> {
                    asked.add(failure);
                    return Mono.just(RequestChanges.NONE
                            .withHeader("Authorization", "token " + asked.size())
                            .withParameter("attempt", Integer.toString(asked.size())));
                });
    }

    private void expect(String query, String token, Reply reply) {
        server.expect(query).with("Authorization", token).then(reply);
    }

    @Test
    void goesOnWithOtherValuesAtTheStartAndInMidStream() {
        expect("offset=-1&tenant=t", "old", Reply.status(401));
        expect(
                "attempt=1&offset=-1&tenant=t",
                "token 1",
                Reply.json("a").part("[1]").upToDate());
        expect(
                "attempt=1&live=sse&offset=a&tenant=t",
                "token 1",
                Reply.sse().data("[2]").control("b").cut());
        expect("attempt=1&live=sse&offset=b&tenant=t", "token 1", Reply.status(403));
        expect(
                "attempt=2&live=sse&offset=b&tenant=t",
                "token 2",
                Reply.sse().data("[3]").control("c", ",\"streamClosed\":true"));

        TestSubscriber<Integer> reading = subscribe(reader().items());
        server.advance(Backoffs.FIRST);

        assertThat(reading.getReceivedOnNext()).containsExactly(1, 2, 3);
        assertThat(reading.isTerminatedComplete()).isTrue();
        assertThat(asked).extracting(DurableStreamException::status).containsExactly(401, 403);
    }

    @Test
    void mayLetTheClientAskForItsValuesAnewInALongPollAsWell() {
        String[] token = {"old"};
        StreamReader<Integer> reader = server.builder().header("Authorization", () -> token[0]).build().stream(
                        ScriptedTransport.URL)
                .reader(Integer.class)
                .live(LiveMode.LONG_POLL)
                .onError(failure -> Mono.fromSupplier(() -> {
                    token[0] = "new";
                    return RequestChanges.NONE;
                }));
        expect("offset=-1", "old", Reply.json("a").part("[1]").upToDate());
        expect("live=long-poll&offset=a", "old", Reply.status(401));
        expect("live=long-poll&offset=a", "new", Reply.json("b").part("[2]").closed());

        TestSubscriber<Integer> reading = subscribe(reader.items());

        assertThat(reading.getReceivedOnNext()).containsExactly(1, 2);
        assertThat(reading.isTerminatedComplete()).isTrue();
    }

    @Test
    void isAskedAgainAsOftenAsSomethingWasReadInBetween() {
        expect("offset=-1&tenant=t", "old", Reply.status(401));
        for (int i = 1; i <= 6; i++) {
            String query = "attempt=" + i + (i == 1 ? "&offset=-1" : "&live=sse&offset=" + i) + "&tenant=t";
            expect(
                    query,
                    "token " + i,
                    i == 1
                            ? Reply.json("2").part("[]").upToDate()
                            : Reply.sse()
                                    .data("[" + i + "]")
                                    .control(Integer.toString(i + 1))
                                    .cut());
            String next = "attempt=" + i + "&live=sse&offset=" + (i + 1) + "&tenant=t";
            expect(next, "token " + i, i < 6 ? Reply.status(401) : Reply.sse().control("7", ",\"streamClosed\":true"));
        }

        TestSubscriber<Integer> reading = subscribe(reader().items());
        server.advance(Backoffs.THIRD.multipliedBy(10));

        assertThat(reading.getReceivedOnNext()).containsExactly(2, 3, 4, 5, 6);
        assertThat(reading.isTerminatedComplete()).isTrue();
        assertThat(asked).hasSize(6);
    }

    @Test
    void doesNotLoop() {
        expect("offset=-1&tenant=t", "old", Reply.status(401));
        for (int i = 1; i <= 3; i++) {
            expect("attempt=" + i + "&offset=-1&tenant=t", "token " + i, Reply.status(401));
        }

        TestSubscriber<Integer> reading = subscribe(reader().items());
        assertThat(server.requests()).as("the first at once").isEqualTo(2);
        server.advance(Backoffs.FIRST);
        assertThat(server.requests()).isEqualTo(3);
        server.advance(Backoffs.SECOND);

        assertThat(reading.expectTerminalError()).isInstanceOf(StreamRequestException.class);
        assertThat(asked).hasSize(3);
    }

    @Test
    void isAskedOnlyWhenRetriesAreUsedUp() {
        for (int i = 0; i < 6; i++) {
            server.expect("offset=-1").then(Reply.status(503));
        }

        TestSubscriber<Integer> reading = subscribe(server.reader(Integer.class)
                .onError(failure -> {
                    asked.add(failure);
                    return Mono.empty();
                })
                .items());
        server.advance(Backoffs.THIRD.multipliedBy(100));

        assertThat(reading.expectTerminalError()).isInstanceOf(TransientStreamException.class);
        assertThat(asked).hasSize(1);
    }

    @Test
    void mayEndTheReadWithAnErrorOfItsOwn() {
        server.expect("offset=-1").then(Reply.status(404));

        assertThat(subscribe(server.reader(Integer.class)
                                .onError(failure -> Mono.error(new IllegalStateException("no more tokens", failure)))
                                .items())
                        .expectTerminalError())
                .hasMessage("no more tokens");
    }
}
