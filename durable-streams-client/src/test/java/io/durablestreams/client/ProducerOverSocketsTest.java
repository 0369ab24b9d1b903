package io.durablestreams.client;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Backoff;

import static io.durablestreams.client.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** Producers against a server of plain sockets that follows the protocol, and loses requests and answers. */
class ProducerOverSocketsTest {

    private static final int MESSAGES = 600;

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final ProducerModel stream = new ProducerModel();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void storesEverythingOnceAndInOrderWhateverIsLost(long seed) {
        Random random = new Random(seed);
        server.thenPlay(MESSAGES, connection -> serve(connection, random));
        DurableStreamClient client = DurableStreamClient.create(server.url());
        IdempotentProducer producer = client.stream(server.url())
                .withContentType("application/json")
                .producer(
                        "p",
                        ProducerSettings.DEFAULT
                                .withMaxBatchItems(5)
                                .withBackoff(new Backoff(Duration.ofMillis(2), Duration.ofMillis(20), 2)));

        List<AppendReceipt> receipts =
                producer.sendAll(Flux.range(0, MESSAGES)).collectList().block(PATIENCE);
        client.dispose();

        assertThat(stream.stored())
                .as("seed %d", seed)
                .isEqualTo(IntStream.range(0, MESSAGES).boxed().toList());
        assertThat(receipts)
                .hasSize(MESSAGES)
                .extracting(AppendReceipt::outcome)
                .contains(AppendReceipt.Outcome.STORED, AppendReceipt.Outcome.DUPLICATE)
                .doesNotContain(AppendReceipt.Outcome.POSSIBLY_REPEATED);
    }

    private void serve(FaultServer.Connection connection, Random random) throws IOException {
        for (String request = connection.nextRequest(); request != null; request = connection.nextRequest()) {
            switch (chance(random)) {
                case 0 -> {
                    connection.reset();
                    return;
                }
                case 1 -> {
                    stream.serve(request);
                    connection.reset();
                    return;
                }
                case 2 -> {
                    connection.write(stream.serve(request).substring(0, 30));
                    connection.reset();
                    return;
                }
                case 3 -> connection.write(ProducerModel.BUSY);
                case 4 -> {
                    stream.serve(request);
                    connection.write(ProducerModel.BUSY);
                }
                default -> connection.write(stream.serve(request));
            }
        }
    }

    private static int chance(Random random) {
        synchronized (random) {
            return random.nextInt(20);
        }
    }
}
