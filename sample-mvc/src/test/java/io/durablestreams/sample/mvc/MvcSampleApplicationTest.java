package io.durablestreams.sample.mvc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.LiveMode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The whole application on Tomcat, and clients with and without its permission. */
@Tag("sockets")
class MvcSampleApplicationTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private ConfigurableApplicationContext application;
    private DurableStreamClient nobody;
    private DurableStreamClient reader;
    private DurableStreamClient writer;

    @BeforeEach
    void start() {
        application = new SpringApplicationBuilder(MvcSampleApplication.class)
                .properties("spring.main.banner-mode=off")
                .run("--server.port=0");
        nobody = client();
        reader = client("reader");
        writer = client("writer");
    }

    @AfterEach
    void stop() {
        application.close();
        nobody.dispose();
        reader.dispose();
        writer.dispose();
    }

    @Test
    void aWriterWritesAndAReaderFollows() {
        DurableStream orders = writer.stream("orders");
        orders.create(StreamSpec.json()).block(TIMEOUT);
        IdempotentProducer producer = orders.producer("orders-service");

        StepVerifier.create(reader.stream("orders")
                        .reader(Integer.class)
                        .live(LiveMode.SSE)
                        .items())
                .then(() ->
                        List.of(1, 2, 3).forEach(order -> producer.send(order).block(TIMEOUT)))
                .expectNext(1, 2, 3)
                .then(() -> producer.closeStream().block(TIMEOUT))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void nobodyMayDoAnything() {
        writer.stream("orders").create(StreamSpec.json()).block(TIMEOUT);

        assertThatExceptionOfType(StreamRequestException.class)
                .isThrownBy(() -> nobody.stream("orders").head().block(TIMEOUT))
                .matches(refused -> refused.status() == 401);
        assertThatExceptionOfType(StreamRequestException.class)
                .isThrownBy(() -> nobody.stream("orders").append(1).block(TIMEOUT))
                .matches(refused -> refused.status() == 401);
    }

    @Test
    void aReaderMayNotWrite() {
        writer.stream("orders").create(StreamSpec.json()).block(TIMEOUT);

        assertThatExceptionOfType(StreamRequestException.class)
                .isThrownBy(() -> reader.stream("orders").append(1).block(TIMEOUT))
                .matches(refused -> refused.status() == 403);
        assertThat(reader.stream("orders").reader(Integer.class).collect().block(TIMEOUT))
                .isEmpty();
    }

    @Test
    void anIdleLiveReadDoesNotHoldUpTheEnd() {
        writer.stream("idle").create(StreamSpec.json()).block(TIMEOUT);

        StepVerifier.create(reader.stream("idle")
                        .reader(Integer.class)
                        .live(LiveMode.SSE)
                        .batches())
                .expectNextCount(1)
                .then(() -> Mono.fromRunnable(application::close)
                        .subscribeOn(Schedulers.boundedElastic())
                        .block(Duration.ofSeconds(10)))
                .thenCancel()
                .verify(TIMEOUT);
    }

    private DurableStreamClient client() {
        return DurableStreamClient.builder().baseUrl(url()).build();
    }

    private DurableStreamClient client(String user) {
        byte[] credentials = (user + ":" + user).getBytes(StandardCharsets.UTF_8);
        return DurableStreamClient.builder()
                .baseUrl(url())
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
                .build();
    }

    private String url() {
        return "http://localhost:" + application.getEnvironment().getProperty("local.server.port") + "/v1/stream";
    }
}
