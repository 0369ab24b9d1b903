package io.durablestreams.client.producer;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.ProducerSequence;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A producer for a stream that is not there, or not any more, says so of every message, and goes on when it is again. */
@Tag("sockets")
@ParameterizedClass
@CsvSource({
    "404 Not Found, io.durablestreams.client.error.StreamNotFoundException",
    "410 Gone, io.durablestreams.client.error.StreamGoneException"
})
class ProducerMissingStreamTest {

    @RegisterExtension
    final FaultServer server = new FaultServer();

    @Parameter(0)
    String answer;

    @Parameter(1)
    Class<? extends DurableStreamException> failure;

    private final ProducerModel stream = new ProducerModel();
    private final List<Throwable> reported = new CopyOnWriteArrayList<>();
    private volatile boolean missing;
    private DurableStreamClient client;

    @BeforeEach
    void connect() {
        client = DurableStreamClient.create(server.url());
        server.thenAlways(
                20,
                request -> missing ? "HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\n\r\n" : stream.serve(request));
    }

    @AfterEach
    void disconnect() {
        client.dispose();
    }

    private IdempotentProducer producer(ProducerSettings settings) {
        return handle().withContentType("application/json")
                .producer("p", settings.withMaxBatchItems(1), (cause, messages) -> reported.add(cause));
    }

    private DurableStream handle() {
        return client.stream(server.url());
    }

    /** A producer that has stored one message, after which the stream is missing. */
    private IdempotentProducer deserted(ProducerSettings settings) {
        IdempotentProducer producer = producer(settings);
        producer.send(0).block(PATIENCE);
        missing = true;
        return producer;
    }

    private void assertFails(Mono<?> operation) {
        assertThatThrownBy(() -> operation.block(PATIENCE)).satisfies(this::tellsWhichStreamIsMissing);
    }

    private void tellsWhichStreamIsMissing(Throwable cause) {
        assertThat(cause).isExactlyInstanceOf(failure).hasMessageContaining(server.url());
        assertThat(((DurableStreamException) cause).status()).isEqualTo(Integer.valueOf(answer.substring(0, 3)));
    }

    private void assertAllFail(IdempotentProducer producer) {
        Flux.range(1, 5)
                .flatMap(message ->
                        producer.send(message).then(Mono.<Throwable>empty()).onErrorResume(Mono::just))
                .collectList()
                .block(PATIENCE)
                .forEach(this::tellsWhichStreamIsMissing);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyMessageFailsWithThatWhetherEpochsAreClaimedOrNot(boolean autoClaim) {
        IdempotentProducer producer = deserted(ProducerSettings.DEFAULT.withAutoClaim(autoClaim));

        assertAllFail(producer);
        producer.append(6);
        assertFails(producer.flush());
        assertThat(reported).hasSize(1).allSatisfy(this::tellsWhichStreamIsMissing);
        assertFails(producer.closeStream(7));
        assertThat(stream.stored()).containsExactly(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itGoesOnWhenTheStreamIsThereAgain(boolean autoClaim) {
        IdempotentProducer producer = deserted(ProducerSettings.DEFAULT.withAutoClaim(autoClaim));
        assertAllFail(producer);

        missing = false;
        AppendReceipt receipt = producer.send(6).block(PATIENCE);

        assertThat(receipt.sequence().epoch()).isEqualTo(autoClaim ? 1 : 0);
        assertThat(stream.stored()).containsExactly(0, 6);
    }

    @Test
    void whereNoEpochIsLeftToClaimLaterMessagesAreRefusedWithTheSame() {
        IdempotentProducer producer =
                deserted(ProducerSettings.DEFAULT.withAutoClaim(true).withEpoch(ProducerSequence.MAX_VALUE));

        assertAllFail(producer);
        int requests = server.requests().size();

        assertThatThrownBy(() -> producer.append(6))
                .satisfies(this::tellsWhichStreamIsMissing)
                .hasMessageContaining("the producer 'p' has stopped, and nothing was sent");
        assertFails(producer.send(7));
        assertThat(reported).isEmpty();
        assertThat(server.requests()).hasSize(requests);
    }

    @Test
    void messagesThatWaitForTheContentTypeFailWithIt() {
        missing = true;
        IdempotentProducer producer = handle().producer("p", null, (cause, messages) -> reported.add(cause));

        assertFails(producer.send(1));
        producer.append(2);
        assertFails(producer.flush());
        assertThat(reported).hasSize(1).allSatisfy(this::tellsWhichStreamIsMissing);
        assertFails(producer.closeStream(3));
    }
}
