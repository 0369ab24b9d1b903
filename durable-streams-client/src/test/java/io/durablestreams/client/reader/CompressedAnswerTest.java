package io.durablestreams.client.reader;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RawAnswers.SSE;
import static io.durablestreams.client.fixture.RawAnswers.answer;
import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.closed;
import static io.durablestreams.client.fixture.RawAnswers.event;
import static io.durablestreams.client.fixture.RawAnswers.head;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Answers that are compressed: never asked for, unless by the application, and never taken for content. */
@Tag("sockets")
class CompressedAnswerTest {

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final DurableStreamClient client = DurableStreamClient.builder()
            .readerSettings(ReaderSettings.DEFAULT.withBackoff(Backoffs.SHORT))
            .build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private StreamReader<Integer> reader() {
        return client.stream(server.url()).reader(Integer.class);
    }

    @Test
    void aCompressedAnswerIsRead() throws IOException {
        byte[] body = gzip("[1,2,3]");
        server.then(connection -> {
            assertThat(connection.readRequest()).containsIgnoringCase("accept-encoding: gzip");
            connection.write(head("b", "Stream-Up-To-Date: true", "Content-Encoding: gzip") + "Content-Length: "
                    + body.length + "\r\n\r\n");
            connection.write(body);
        });

        assertThat(compressing().collect().block(PATIENCE)).containsExactly(1, 2, 3);
    }

    @Test
    void aCompressedAnswerThatBreaksOffIsReadAgain() throws IOException {
        byte[] body = gzip("[1,2,3]");
        server.then(connection -> {
                    connection.readRequest();
                    connection.write(
                            head("b", "Content-Encoding: gzip") + "Content-Length: " + body.length + "\r\n\r\n");
                    connection.write(Arrays.copyOf(body, body.length / 2));
                })
                .thenSend(caughtUp("b", "[1,2,3]"));

        assertThat(compressing().collect().block(PATIENCE)).containsExactly(1, 2, 3);
    }

    @Test
    void noAnswerIsAskedForCompressedUnlessTheApplicationDoes() {
        server.then(connection -> {
            assertThat(connection.readRequest()).doesNotContainIgnoringCase("accept-encoding");
            connection.write(caughtUp("b", "[1]"));
        });

        assertThat(reader().collect().block(PATIENCE)).containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource({"gzip, 0", "gzip, 10", "'deflate, gzip', 0", "br, 0"})
    void anAnswerThatIsCompressedUnaskedIsNoContent(String encoding, int missing) throws IOException {
        byte[] body = gzip("[1,2,3]");
        server.then(connection -> {
            connection.readRequest();
            connection.write(head("b", "Stream-Up-To-Date: true", "Content-Encoding: " + encoding) + "Content-Length: "
                    + (body.length - missing) + "\r\n\r\n");
            connection.write(Arrays.copyOf(body, body.length - missing));
        });

        assertThatThrownBy(() -> client.stream(server.url())
                        .reader(byte[].class)
                        .collect()
                        .block(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining(server.url())
                .hasMessageContaining("Content-Encoding: " + encoding)
                .hasMessageContaining("proxy");
    }

    @Test
    void compressedBinaryContentIsNeverDelivered() throws IOException {
        byte[] body = gzip("binary");
        server.then(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nStream-Next-Offset: b\r\n"
                    + "Content-Encoding: gzip\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n");
            connection.write(body);
        });

        StepVerifier.create(client.stream(server.url()).reader(byte[].class).items())
                .expectError(StreamProtocolException.class)
                .verify(PATIENCE);
    }

    @Test
    void eventsThatAreCompressedUnaskedAreNoEvents() throws IOException {
        byte[] body = gzip(event("data", "[1]") + closed("b"));
        server.thenSend(caughtUp("a", "[]")).then(connection -> {
            connection.readRequest();
            connection.write(SSE.replace("Connection: close", "Content-Encoding: gzip\r\nConnection: close"));
            connection.write(body);
        });

        assertThatThrownBy(() -> reader().live(LiveMode.SSE).items().blockLast(PATIENCE))
                .isInstanceOf(StreamProtocolException.class)
                .hasMessageContaining("Content-Encoding: gzip");
    }

    @Test
    void anAnswerThatSaysThatItIsNotCompressedIsRead() {
        server.thenSend(answer("b", "[1]", "Stream-Up-To-Date: true", "Content-Encoding: identity"));

        assertThat(reader().collect().block(PATIENCE)).containsExactly(1);
    }

    @Test
    void aRefusalThatIsCompressedIsNotQuoted() throws IOException {
        byte[] body = gzip("no such stream");
        server.then(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 404 Not Found\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: "
                    + body.length + "\r\n\r\n");
            connection.write(body);
        });

        assertThatThrownBy(() -> reader().collect().block(PATIENCE))
                .isInstanceOf(StreamNotFoundException.class)
                .hasMessageNotContaining("the server says");
    }

    private StreamReader<Integer> compressing() {
        ReactorClientHttpConnector connector =
                new ReactorClientHttpConnector(HttpClient.newConnection().compress(true));
        return client
                .mutate()
                .webClient(WebClient.builder().clientConnector(connector).build())
                .build()
                .stream(server.url())
                .reader(Integer.class);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void eventsAreNotAskedForCompressed() {
        server.thenSend(caughtUp("a", "[]")).then(connection -> {
            assertThat(connection.readRequest())
                    .containsIgnoringCase("accept: text/event-stream")
                    .doesNotContainIgnoringCase("accept-encoding");
            connection.write(SSE + closed("a"));
        });

        assertThat(reader().live(LiveMode.SSE).items().collectList().block(PATIENCE))
                .isEmpty();
    }
}
