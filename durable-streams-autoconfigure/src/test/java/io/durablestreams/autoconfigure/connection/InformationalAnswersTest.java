package io.durablestreams.autoconfigure.connection;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.http.client.autoconfigure.reactive.ClientHttpConnectorBuilderCustomizer;
import org.springframework.boot.http.client.reactive.ReactorClientHttpConnectorBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import reactor.core.publisher.Flux;
import reactor.netty.http.HttpProtocol;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** An application whose server announces its answers (103), over the connections that are made for it. */
@Tag("sockets")
class InformationalAnswersTest {

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    private AnnouncingRelay relay;
    private ApplicationContextRunner runner;

    @BeforeEach
    void startRelay() throws IOException {
        start("http", new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    private void start(String scheme, ServerSocket listener) {
        relay = new AnnouncingRelay(listener, URI.create(server.url()));
        runner = Contexts.runner()
                .withPropertyValues(
                        "durable-streams.url=" + scheme + "://localhost:" + relay.port() + "/v1/stream",
                        "durable-streams.request.max-connections=1",
                        "durable-streams.request.max-retries=0",
                        "durable-streams.reader.max-retries=0");
    }

    @AfterEach
    void stopRelay() throws IOException {
        relay.close();
    }

    private static DurableStream stream(ApplicationContext context, String path) {
        return context.getBean(DurableStreamClient.class).stream(path);
    }

    /** The JDK's client reads past them by itself. */
    @ParameterizedTest
    @ValueSource(strings = {"reactor", "jdk"})
    void everyRequestGetsItsOwnAnswer(String connector) {
        runner.withPropertyValues("spring.http.clients.reactive.connector=" + connector)
                .run(context -> {
                    for (int i = 0; i < 3; i++) {
                        String path = "announced-" + connector + i;
                        DurableStream stream = stream(context, path);
                        assertThat(stream.create(StreamSpec.json())
                                        .block(TIMEOUT)
                                        .created())
                                .isTrue();
                        AppendReceipt receipt = stream.append(path).block(TIMEOUT);
                        assertThat(receipt.nextOffset())
                                .isEqualTo(server.client().stream(path)
                                        .head()
                                        .block(TIMEOUT)
                                        .nextOffset());
                    }

                    List<List<String>> read = Flux.range(0, 3)
                            .flatMapSequential(i -> stream(context, "announced-" + connector + i)
                                    .reader(String.class)
                                    .collect())
                            .collectList()
                            .block(TIMEOUT);

                    assertThat(read)
                            .isEqualTo(IntStream.range(0, 3)
                                    .mapToObj(i -> List.of("announced-" + connector + i))
                                    .toList());
                });
    }

    @Test
    void theConnectionIsKept() {
        runner.run(context -> {
            DurableStream stream = stream(context, "announced-kept");
            stream.create(StreamSpec.json()).block(TIMEOUT);
            stream.append("m").block(TIMEOUT);
            stream.head().block(TIMEOUT);

            assertThat(relay.requests())
                    .containsExactly(
                            "1 PUT /v1/stream/announced-kept",
                            "1 POST /v1/stream/announced-kept",
                            "1 HEAD /v1/stream/announced-kept");
        });
    }

    @Test
    void theProducerAcknowledgesWhatIsStored() {
        server.client().stream("announced-producer").create(StreamSpec.json()).block(TIMEOUT);
        runner.withPropertyValues(
                        "durable-streams.producer.stream=announced-producer",
                        "durable-streams.producer.max-in-flight=1")
                .run(context -> {
                    IdempotentProducer producer = context.getBean(IdempotentProducer.class);

                    List<AppendReceipt> receipts = Flux.range(0, 12)
                            .concatMap(producer::send)
                            .collectList()
                            .block(TIMEOUT);

                    assertThat(receipts).extracting(AppendReceipt::outcome).containsOnly(AppendReceipt.Outcome.STORED);
                    assertThat(server.client().stream("announced-producer")
                                    .reader(Integer.class)
                                    .collect()
                                    .block(TIMEOUT))
                            .isEqualTo(IntStream.range(0, 12).boxed().toList());
                    assertThat(relay.requests())
                            .filteredOn(request -> request.contains("POST"))
                            .hasSize(12);
                });
    }

    @ParameterizedTest
    @EnumSource(names = {"LONG_POLL", "SSE"})
    void liveReadsFollow(LiveMode mode) {
        String path = "announced-" + mode;
        server.client().stream(path).create(StreamSpec.json()).block(TIMEOUT);
        runner.run(context -> {
            DurableStream stream = stream(context, path);

            List<String> read = stream.reader(String.class)
                    .live(mode)
                    .batches()
                    .concatMap(batch -> batch.isEmpty() && batch.upToDate()
                            ? stream.append("live").thenMany(Flux.<String>empty())
                            : Flux.fromIterable(batch.items()))
                    .take(1)
                    .collectList()
                    .block(Duration.ofSeconds(30));

            assertThat(read).containsExactly("live");
        });
    }

    /** With a choice of protocols, the connection is set up after the handshake. */
    @ParameterizedTest
    @MethodSource("protocols")
    void theSameIsTrueOverTls(HttpProtocol[] protocols, @TempDir Path folder) throws Exception {
        ServerKeys keys = ServerKeys.createIn(folder);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.managers().getKeyManagers(), null, null);
        relay.close();
        start("https", tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        String path = "announced-tls-" + protocols.length;

        runner.withPropertyValues(keys.bundle("streams"))
                .withPropertyValues("durable-streams.ssl.bundle=streams")
                .withBean(
                        "protocols",
                        ClientHttpConnectorBuilderCustomizer.class,
                        () -> (ClientHttpConnectorBuilderCustomizer<ReactorClientHttpConnectorBuilder>)
                                builder -> builder.withHttpClientCustomizer(client -> client.protocol(protocols)))
                .run(context -> {
                    DurableStream stream = stream(context, path);
                    stream.create(StreamSpec.json()).block(TIMEOUT);
                    stream.append("m").block(TIMEOUT);

                    assertThat(stream.reader(String.class).collect().block(TIMEOUT))
                            .containsExactly("m");
                    assertThat(relay.requests()).hasSize(3).allMatch(request -> request.startsWith("1 "));
                });
    }

    static Stream<Arguments> protocols() {
        return Stream.of(arguments((Object) new HttpProtocol[] {HttpProtocol.HTTP11}), arguments((Object)
                new HttpProtocol[] {HttpProtocol.H2, HttpProtocol.HTTP11}));
    }
}
