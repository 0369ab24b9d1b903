package io.durablestreams.client.producer;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.client.fixture.Backoffs;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.protocol.Backoff;

import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The attempts to send a batch: credentials are computed again for each, and none is made without time for an answer. */
@Tag("sockets")
class ProducerAttemptsTest {

    private static final ProducerSettings SETTINGS = ProducerSettings.DEFAULT.withBackoff(Backoffs.SHORT);

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final AtomicInteger computed = new AtomicInteger();

    private final DurableStreamClient client = DurableStreamClient.builder()
            .header("Authorization", () -> "token " + computed.getAndIncrement())
            .build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    /** Accepts one token only. */
    private static UnaryOperator<String> accepting(String token) {
        return request -> {
            if (!request.contains("Authorization: " + token + "\r\n")) {
                return status("401 Unauthorized");
            }
            return request.startsWith("HEAD")
                    ? status("200 OK", "Content-Type: application/json", "Stream-Next-Offset: a")
                    : status("200 OK", "Stream-Next-Offset: b", "Producer-Epoch: 0", "Producer-Seq: 0");
        };
    }

    @Test
    void aBatchIsSentAgainWithNewCredentials() {
        server.thenAlways(10, accepting("token 2"));
        IdempotentProducer producer =
                client.stream(server.url()).withContentType("application/json").producer("p", SETTINGS);

        producer.send(1).block(PATIENCE);

        assertThat(server.requests()).hasSize(3).allMatch(request -> request.contains("Producer-Seq: 0"));
    }

    @Test
    void aBatchWhoseDeadlineIsTooNearForAnAnswerIsNotSent() {
        server.thenAlways(10, request -> status("503 Service Unavailable"));
        Timing lateRetries = new Timing(Clock.systemUTC(), Schedulers.parallel(), () -> 0.999);
        DurableStreamClient late = TestClients.in(lateRetries).build();
        IdempotentProducer producer = late.stream(server.url())
                .withContentType("application/json")
                .producer(
                        "p",
                        ProducerSettings.DEFAULT
                                .withDeliveryTimeout(Duration.ofSeconds(2))
                                .withLinger(Duration.ZERO)
                                // The first retry would be sent within the last 100 ms.
                                .withBackoff(new Backoff(Duration.ofMillis(1902), Duration.ofSeconds(5), 2)));

        assertThatThrownBy(() -> producer.send(1).block(PATIENCE)).isInstanceOf(DeliveryTimeoutException.class);

        assertThat(server.requests()).hasSize(1);
        late.dispose();
    }

    @Test
    void theContentTypeIsAskedForAgainWithNewCredentials() {
        server.thenAlways(
                10,
                request -> request.startsWith("HEAD")
                        ? accepting("token 3").apply(request)
                        : accepting("token 4").apply(request));

        client.stream(server.url()).producer("p", SETTINGS).send(1).block(PATIENCE);

        assertThat(server.requests()).hasSize(5);
    }

    @Test
    void theBatchFailsAfterAFewAttempts() {
        server.thenAlways(10, accepting("no token"));
        IdempotentProducer producer =
                client.stream(server.url()).withContentType("application/json").producer("p", SETTINGS);

        for (int attempts = 4; attempts <= 8; attempts += 4) {
            assertThatThrownBy(() -> producer.send(1).block(PATIENCE))
                    .isInstanceOfSatisfying(
                            StreamRequestException.class,
                            failure -> assertThat(failure.status()).isEqualTo(401));
            assertThat(server.requests()).hasSize(attempts);
        }
    }
}
