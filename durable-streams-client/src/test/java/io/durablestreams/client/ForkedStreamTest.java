package io.durablestreams.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.durablestreams.client.error.StreamConflictException;
import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.Offset;

import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Streams that begin with the content of another stream. */
@Tag("sockets")
class ForkedStreamTest {

    @RegisterExtension
    static final RunningServer running = new RunningServer();

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private static DurableStream fork(StreamSpec spec) {
        return running.newStream(spec);
    }

    private static Offset append(DurableStream stream, Object message) {
        return stream.append(message).block(PATIENCE).nextOffset();
    }

    private static List<Integer> numbers(DurableStream stream) {
        return stream.reader(Integer.class).collect().block(PATIENCE);
    }

    @Test
    void beginsWithAllPresentContentOfItsSource() {
        DurableStream source = running.newStream(StreamSpec.json());
        append(source, 1);
        append(source, 2);

        DurableStream fork = fork(StreamSpec.json().withFork(source).withBody(3));
        append(fork, 4);
        append(source, 5);

        assertThat(numbers(fork)).containsExactly(1, 2, 3, 4);
        assertThat(numbers(source)).containsExactly(1, 2, 5);
    }

    @Test
    void mayBeginWithLess() {
        DurableStream source = running.newStream(StreamSpec.text());
        Offset offset = append(source, "abc");
        append(source, "def");
        append(source, "ghi");

        StreamSpec.Fork part = StreamSpec.Fork.of(source).withOffset(offset);

        assertThat(fork(StreamSpec.text().withFork(part))
                        .reader(String.class)
                        .text()
                        .block(PATIENCE))
                .isEqualTo("abc");
        assertThat(fork(StreamSpec.text().withFork(part.withSubOffset(2)))
                        .reader(String.class)
                        .text()
                        .block(PATIENCE))
                .isEqualTo("abcde");
    }

    @Test
    void isConfirmedWhenItIsCreatedAgain() {
        DurableStream source = running.newStream(StreamSpec.json());
        append(source, 1);
        StreamSpec spec = StreamSpec.json().withFork(source).withTtl(Duration.ofMinutes(1));
        DurableStream fork = running.client().stream(URI.create(source.url() + "-fork"));

        assertThat(fork.create(spec).block(PATIENCE).created()).isTrue();
        CreateResult again = fork.create(spec).block(PATIENCE);

        assertThat(again.created()).isFalse();
        assertThat(again.metadata().nextOffset())
                .isEqualTo(source.head().block(PATIENCE).nextOffset());
        assertThatThrownBy(() -> fork.create(StreamSpec.json()).block(PATIENCE))
                .isInstanceOf(StreamConflictException.class);
    }

    @Test
    void outlivesItsSource() {
        DurableStream source = running.newStream(StreamSpec.json());
        append(source, 1);
        DurableStream fork = fork(StreamSpec.json().withFork(source));

        source.delete().block(PATIENCE);

        assertThat(numbers(fork)).containsExactly(1);
        assertThatThrownBy(() -> numbers(source)).isInstanceOf(StreamGoneException.class);
        assertThatThrownBy(() -> fork(StreamSpec.json().withFork(source)))
                .isInstanceOf(StreamConflictException.class)
                .hasMessageContaining(source.url().getRawPath());
    }

    @Test
    void findsASourceWithAnyPath() {
        DurableStream source = running.client().stream("test/\u00e4 b;c/100%/" + System.nanoTime());
        source.create(StreamSpec.json().withBody(1)).block(PATIENCE);

        assertThat(numbers(fork(StreamSpec.json().withFork(source)))).containsExactly(1);
    }

    @Test
    void saysWhatIsWrongWithItsSource() {
        DurableStream source = running.newStream(StreamSpec.json());
        DurableStream missing = running.client().stream("test/missing");

        assertThatThrownBy(() -> fork(StreamSpec.json().withFork(missing)))
                .isInstanceOf(StreamNotFoundException.class)
                .hasMessageContaining("the stream to fork")
                .hasMessageContaining("test/missing");
        assertThatThrownBy(() -> fork(StreamSpec.text().withFork(source)))
                .isInstanceOf(StreamConflictException.class)
                .hasMessageContaining("another content type");
        StreamSpec.Fork beyond = StreamSpec.Fork.of(source).withOffset(Offset.of("zzz"));
        assertThatThrownBy(() -> fork(StreamSpec.json().withFork(beyond))).isInstanceOf(StreamRequestException.class);
    }

    @Test
    void isRefusedBeforeARequestIfItCannotBe() {
        DurableStream source = running.newStream(StreamSpec.json());
        DurableStream elsewhere = running.client().stream("http://elsewhere.example/v1/stream/source");
        StreamSpec.Fork fork = StreamSpec.Fork.of(source);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> fork(StreamSpec.json().withFork(elsewhere)))
                .withMessageContaining("http://elsewhere.example/v1/stream/source");
        for (Offset sentinel : List.of(Offset.BEGINNING, Offset.NOW)) {
            assertThatIllegalArgumentException().isThrownBy(() -> fork.withOffset(sentinel));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> fork.withSubOffset(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fork.withOffset(Offset.of("a")).withSubOffset(-1));
    }

    @Test
    void isCreatedOnceAlthoughAnAnswerIsLost() {
        server.then(connection -> {
                    connection.readRequest();
                    connection.reset();
                })
                .thenSend(status("200 OK", "Content-Type: application/json", "Stream-Next-Offset: b"));
        DurableStreamClient client = DurableStreamClient.builder()
                .requestSettings(RequestSettings.DEFAULT.withBackoff(Backoffs.SHORT))
                .build();
        DurableStream source = client.stream(server.url());
        StreamSpec.Fork fork =
                StreamSpec.Fork.of(source).withOffset(Offset.of("a")).withSubOffset(3);

        CreateResult result = client.stream(server.url() + "/fork")
                .create(StreamSpec.json().withFork(fork))
                .block(PATIENCE);

        client.dispose();
        assertThat(result.metadata().nextOffset()).isEqualTo(Offset.of("b"));
        assertThat(server.requests())
                .hasSize(2)
                .allMatch(request -> request.contains("Stream-Forked-From: /stream\r\n")
                        && request.contains("Stream-Fork-Offset: a\r\n")
                        && request.contains("Stream-Fork-Sub-Offset: 3\r\n"));
    }
}
