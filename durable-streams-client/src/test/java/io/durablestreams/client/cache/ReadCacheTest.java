package io.durablestreams.client.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.client.reader.StreamReader;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.server.handler.ServerSettings;

import static io.durablestreams.client.fixture.RawAnswers.answer;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Readers with a cache, against our own server and against raw answers. */
class ReadCacheTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer(ServerSettings.DEFAULT.withMaxPageBytes(40));

    @RegisterExtension
    final FaultServer scripted = new FaultServer();

    private final List<Integer> statuses = Collections.synchronizedList(new ArrayList<>());
    private final DurableStreamClient client = DurableStreamClient.builder()
            .webClient(WebClient.builder().clientConnector(watched()).build())
            .readCache(ReadCacheSettings.DEFAULT)
            .build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    /** A connector that writes down how reads are answered. */
    private ClientHttpConnector watched() {
        ClientHttpConnector connector = new ReactorClientHttpConnector();
        return (method, uri, request) -> connector
                .connect(method, uri, request)
                .doOnNext(response -> statuses.add(
                        method == HttpMethod.GET ? response.getStatusCode().value() : 0));
    }

    private DurableStream filled(int messages) {
        DurableStream stream = server.newStream(StreamSpec.json());
        for (int i = 0; i < messages; i++) {
            stream.append("message " + i).block(PATIENCE);
        }
        return client.stream(stream.url());
    }

    private List<Integer> statusesOf(Mono<?> read) {
        statuses.clear();
        read.block(PATIENCE);
        return List.copyOf(statuses);
    }

    @Test
    void theSecondReaderDownloadsNothingAgain() {
        DurableStream stream = filled(10);

        List<String> first = stream.reader(String.class).collect().block(PATIENCE);
        assertThat(statuses).hasSizeGreaterThan(2).containsOnly(200);
        int pages = statuses.size();
        statuses.clear();

        assertThat(stream.reader(String.class).collect().block(PATIENCE))
                .isEqualTo(first)
                .hasSize(10);
        assertThat(statuses.subList(0, pages)).containsOnly(304);
        assertThat(statuses.subList(pages, statuses.size()))
                .as("what is behind the last page")
                .containsExactly(200);
    }

    @Test
    void whatIsNewIsDownloadedAndTheRestIsNot() {
        DurableStream stream = filled(6);
        int pages = statusesOf(stream.reader(String.class).collect()).size();

        stream.append("news").block(PATIENCE);
        statuses.clear();
        List<Batch<String>> batches =
                stream.reader(String.class).batches().collectList().block(PATIENCE);

        assertThat(batches).flatExtracting(Batch::items).hasSize(7).endsWith("news");
        assertThat(batches.get(batches.size() - 1).upToDate()).isTrue();
        assertThat(statuses).startsWith(304).filteredOn(status -> status == 200).hasSizeLessThan(pages);
    }

    @Test
    void theEndOfAClosedStreamIsReadFromTheCacheAsWell() {
        DurableStream stream = filled(3);
        stream.closeStream().block(PATIENCE);
        stream.reader(String.class).collect().block(PATIENCE);
        statuses.clear();

        List<Batch<String>> batches = stream.reader(String.class)
                .live(LiveMode.SSE)
                .batches()
                .collectList()
                .block(PATIENCE);

        assertThat(statuses).containsOnly(304);
        assertThat(batches).flatExtracting(Batch::items).hasSize(3);
        assertThat(batches.get(batches.size() - 1).streamClosed()).isTrue();
    }

    @Test
    void aStreamThatWasClosedSinceIsFoundClosed() {
        DurableStream stream = filled(3);
        stream.reader(String.class).collect().block(PATIENCE);
        stream.closeStream().block(PATIENCE);

        assertThat(stream.reader(String.class).batches().blockLast(PATIENCE).streamClosed())
                .isTrue();
    }

    @Test
    void aStreamThatWasCreatedAnewIsReadAnew() {
        DurableStream stream = filled(1);
        stream.reader(String.class).collect().block(PATIENCE);
        stream.delete().block(PATIENCE);
        stream.create(StreamSpec.json()).block(PATIENCE);
        stream.append("MESSAGE 0").block(PATIENCE);

        assertThat(stream.reader(String.class).collect().block(PATIENCE)).containsExactly("MESSAGE 0");
    }

    @Test
    void aLiveReadGoesOnBehindWhatWasKept() {
        DurableStream stream = filled(3);
        stream.reader(String.class).collect().block(PATIENCE);
        statuses.clear();

        assertThat(stream.reader(String.class)
                        .live(LiveMode.SSE)
                        .batches()
                        .concatMapIterable(batch -> {
                            if (batch.upToDate() && batch.isEmpty()) {
                                stream.closeStream("the last").subscribe(offset -> {}, failure -> {});
                            }
                            return batch.items();
                        })
                        .collectList()
                        .block(PATIENCE))
                .hasSize(4)
                .endsWith("the last");
        assertThat(statuses).startsWith(304);
    }

    @Test
    void partsOfAKeptAnswerAreBounded() {
        DurableStream stream =
                client.stream(server.newStream(StreamSpec.binary()).url());
        byte[] content = new byte[150_000];
        Arrays.fill(content, (byte) 7);
        stream.append(content).block(PATIENCE);
        StreamReader<byte[]> reader = stream.reader(byte[].class).settings(ReaderSettings.DEFAULT.withPartBytes(1000));
        reader.body().block(PATIENCE);
        statuses.clear();

        List<Batch<byte[]>> parts = reader.batches().collectList().block(PATIENCE);

        assertThat(statuses).contains(304);
        assertThat(parts).hasSizeGreaterThan(2);
        assertThat(parts.get(0).nextOffset()).isEqualTo(Offset.BEGINNING);
        assertThat(reader.body().block(PATIENCE)).isEqualTo(content);
    }

    @Test
    void twoIdentitiesShareNothing() {
        DurableStream stream = filled(1);
        stream.reader(String.class).collect().block(PATIENCE);

        DurableStreamClient other =
                client.mutate().header("Authorization", "other").build();

        assertThat(statusesOf(other.stream(stream.url()).reader(String.class).collect()))
                .containsOnly(200);
    }

    @Test
    void anIdentityThatAFilterAddsIsSeen() {
        String[] user = {"one"};
        DurableStream stream = DurableStreamClient.builder()
                .webClient(WebClient.builder()
                        .clientConnector(watched())
                        .filter((request, next) -> next.exchange(ClientRequest.from(request)
                                .header("Authorization", user[0])
                                .build()))
                        .build())
                .readCache(ReadCacheSettings.DEFAULT)
                .build()
                .stream(filled(1).url());
        stream.reader(String.class).collect().block(PATIENCE);
        assertThat(statusesOf(stream.reader(String.class).collect())).contains(304);

        user[0] = "two";

        assertThat(statusesOf(stream.reader(String.class).collect())).containsOnly(200);
    }

    @Test
    void aRefusedIdentityGetsNothingFromTheCache() {
        String page = answer("a", "[1]", "ETag: \"1\"", "Stream-Up-To-Date: true");
        scripted.thenSend(page).thenSend("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        StreamReader<Integer> reader = client.stream(scripted.url()).reader(Integer.class);
        assertThat(reader.collect().block(PATIENCE)).containsExactly(1);

        assertThatThrownBy(() -> reader.collect().block(PATIENCE)).isInstanceOf(StreamRequestException.class);
        assertThat(scripted.requests().get(1)).containsIgnoringCase("if-none-match: \"1\"");
    }

    @Test
    void a304MayComeWithTheWholeTruth() {
        String page = answer("a", "[1]", "ETag: \"1\"", "Stream-Up-To-Date: true");
        scripted.thenSend(page)
                .thenSend("HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nStream-Up-To-Date: true\r\nContent-Length: 3\r\n"
                        + "Connection: close\r\n\r\n");
        StreamReader<Integer> reader = client.stream(scripted.url()).reader(Integer.class);
        reader.collect().block(PATIENCE);

        assertThat(reader.collect().block(PATIENCE)).containsExactly(1);
    }

    @Test
    void withoutACacheNoConditionIsSent() {
        DurableStream stream = filled(1);
        DurableStream uncached =
                DurableStreamClient.builder()
                        .webClient(
                                WebClient.builder().clientConnector(watched()).build())
                        .build()
                        .stream(stream.url());
        uncached.reader(String.class).collect().block(PATIENCE);

        assertThat(statusesOf(uncached.reader(String.class).collect())).containsOnly(200);
    }

    @Test
    void withoutCaffeineTheBuilderSaysWhatIsMissing() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(new WithoutCaffeine(before));
        try {
            assertThatThrownBy(() -> DurableStreamClient.builder().readCache(ReadCacheSettings.DEFAULT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("com.github.ben-manes.caffeine:caffeine");
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static final class WithoutCaffeine extends ClassLoader {

        WithoutCaffeine(ClassLoader parent) {
            super(parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.github.benmanes")) {
                throw new ClassNotFoundException(name);
            }
            return super.loadClass(name, resolve);
        }
    }
}
