package io.durablestreams.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;
import io.durablestreams.server.store.AppendResult;
import io.durablestreams.server.store.CreateResult;
import io.durablestreams.server.store.DelegatingStore;
import io.durablestreams.server.store.StreamAppend;
import io.durablestreams.server.store.StreamCreation;
import io.durablestreams.server.store.StreamInfo;
import io.durablestreams.server.store.StreamPage;
import io.durablestreams.server.store.memory.InMemoryStreamStore;

import static org.assertj.core.api.Assertions.assertThat;

/** A store whose driver is broken, for example because a class cannot be loaded. */
@Tag("sockets")
class FailingStoreTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private DurableStreamServer server;

    @AfterEach
    void stop() {
        server.stop().block(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsErrorsAreAnswered(boolean late) throws Exception {
        server = DurableStreamServer.builder().port(0).store(new Failing(late)).build();
        URI url = server.start().block(TIMEOUT).resolve("/stream");

        for (String method : List.of("PUT", "POST", "GET", "DELETE")) {
            HttpRequest request = HttpRequest.newBuilder(url)
                    .method(method, BodyPublishers.ofString(method.equals("POST") ? "text" : ""))
                    .header("Content-Type", "text/plain")
                    .timeout(TIMEOUT)
                    .build();
            assertThat(http.send(request, BodyHandlers.ofString()).statusCode())
                    .as(method)
                    .isEqualTo(500);
        }
    }

    /** Fails with an error, when it is called or when its result is subscribed to. */
    private static final class Failing extends DelegatingStore {

        private final boolean late;

        Failing(boolean late) {
            super(new InMemoryStreamStore());
            this.late = late;
        }

        private <T> Mono<T> fail() {
            if (late) {
                return Mono.just(1).map(one -> {
                    throw new NoClassDefFoundError("thrown by the test");
                });
            }
            throw new NoClassDefFoundError("thrown by the test");
        }

        @Override
        public Mono<CreateResult> create(String path, StreamCreation creation) {
            return fail();
        }

        @Override
        public Mono<AppendResult> append(String path, StreamAppend append) {
            return fail();
        }

        @Override
        public Mono<StreamPage> read(String path, Offset offset, int maxBytes) {
            return fail();
        }

        @Override
        public Mono<StreamInfo> info(String path) {
            return fail();
        }

        @Override
        public Mono<Void> delete(String path) {
            return fail();
        }
    }
}
