package io.durablestreams.conformance;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.cache.ReadCacheSettings;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** Readers that keep what they have read, and ask the reference server whether it is still right. */
class ReadCacheIT extends OnEachReferenceServer {

    private final List<Integer> statuses = new CopyOnWriteArrayList<>();
    private final ReactorClientHttpConnector connector = new ReactorClientHttpConnector();
    private final DurableStreamClient client = DurableStreamClient.builder()
            .webClient(WebClient.builder()
                    .clientConnector((method, uri, request) -> connector
                            .connect(method, uri, request)
                            .doOnNext(response -> {
                                if (method == HttpMethod.GET) {
                                    statuses.add(response.getStatusCode().value());
                                }
                            }))
                    .build())
            .readCache(ReadCacheSettings.DEFAULT)
            .build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    /** A stream whose history has been read once. */
    private DurableStream known(StreamSpec spec, Object... messages) {
        DurableStream stream = server.newStream(spec);
        for (Object message : messages) {
            stream.append(message).block(PATIENCE);
        }
        DurableStream handle = client.stream(stream.url());
        handle.reader(byte[].class).body().block(PATIENCE);
        assertThat(statuses).containsOnly(200);
        statuses.clear();
        return handle;
    }

    @Test
    void historyIsDownloadedOnce() {
        DurableStream json = known(StreamSpec.json(), Message.numbered(0), Message.numbered(1));

        assertThat(json.reader(Message.class).collect().block(PATIENCE)).isEqualTo(Message.numbered(0, 2));
        assertThat(statuses).as("history, and what is behind it").containsExactly(304, 200);
    }

    @Test
    void bytesAreThoseOfTheStream() {
        byte[] bytes = new byte[200_000];
        bytes[100_000] = 1;
        DurableStream binary = known(StreamSpec.binary(), bytes);

        assertThat(binary.reader(byte[].class).body().block(PATIENCE)).isEqualTo(bytes);
        assertThat(statuses).startsWith(304);
    }

    @Test
    void whatIsNewIsRead() {
        DurableStream stream = known(StreamSpec.json(), Message.numbered(0));
        stream.append(Message.numbered(1)).block(PATIENCE);

        assertThat(stream.reader(Message.class).collect().block(PATIENCE)).isEqualTo(Message.numbered(0, 2));
    }

    @ParameterizedTest
    @EnumSource(LiveMode.class)
    void aStreamThatWasClosedSinceIsFoundClosed(LiveMode mode) {
        DurableStream stream = known(StreamSpec.json(), Message.numbered(0));
        stream.closeStream().block(PATIENCE);

        List<Batch<Message>> batches =
                stream.reader(Message.class).live(mode).batches().collectList().block(PATIENCE);

        assertThat(batches).flatExtracting(Batch::items).isEqualTo(Message.numbered(0, 1));
        assertThat(batches.get(batches.size() - 1).streamClosed()).isTrue();
    }

    @Test
    void aStreamThatThisClientCreatesAnewIsReadAnew() {
        DurableStream stream = known(StreamSpec.text(), "old");
        stream.delete().block(PATIENCE);
        stream.create(StreamSpec.text()).block(PATIENCE);
        stream.append("new").block(PATIENCE);

        assertThat(stream.reader(String.class).text().block(PATIENCE)).isEqualTo("new");
    }

    @Test
    void theEndOfAStreamIsKept() {
        DurableStream stream = server.newStream(StreamSpec.json());
        stream.closeStream(Message.numbered(0)).block(PATIENCE);
        DurableStream handle = client.stream(stream.url());
        for (int i = 0; i < 2; i++) {
            assertThat(handle.reader(Message.class)
                            .live(LiveMode.AUTO)
                            .items()
                            .collectList()
                            .block(PATIENCE))
                    .isEqualTo(Message.numbered(0, 1));
        }
        assertThat(statuses).containsExactly(200, 304);
    }
}
