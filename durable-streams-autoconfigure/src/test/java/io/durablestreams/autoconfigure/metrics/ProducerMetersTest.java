package io.durablestreams.autoconfigure.metrics;

import java.time.Duration;
import java.util.function.Consumer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.Search;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.autoconfigure.DurableStreamClientBuilderCustomizer;
import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.lifecycle.FaultyRequests;
import io.durablestreams.autoconfigure.lifecycle.FaultyRequests.Fault;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.ProducerBufferFullException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the meters of producers say after real faults between an application and its embedded server. */
class ProducerMetersTest {

    private static final String ID = "p";
    private static final ProducerSettings SETTINGS =
            ProducerSettings.DEFAULT.withMaxBatchBytes(1000).withLinger(Duration.ofMinutes(1));

    private final FaultyRequests requests = new FaultyRequests(ID);
    private final ApplicationContextRunner runner = Contexts.runner()
            .withConfiguration(Contexts.METRICS)
            .withPropertyValues("durable-streams.server.max-request-bytes=100B")
            .withBean(
                    DurableStreamClientBuilderCustomizer.class,
                    () -> builder -> builder.webClients(client -> client.filter(requests)));

    /** A stream of an application, and its meters. */
    private record Application(DurableStream stream, MeterRegistry registry) {

        IdempotentProducer producer(ProducerSettings settings) {
            return stream.producer(ID, settings);
        }

        /** The sum of the counters with a name, and with a tag if there is one; 0 if there is none. */
        double count(String name, String... tag) {
            return find(name).tags(tag).counters().stream()
                    .mapToDouble(Counter::count)
                    .sum();
        }

        double gauge(String name) {
            return registry.get("durable.streams.producer." + name).gauge().value();
        }

        Search find(String name) {
            return registry.find("durable.streams.producer." + name);
        }
    }

    private void run(Consumer<Application> test) {
        runner.run(context -> {
            DurableStream stream = context.getBean(DurableStreamClient.class).stream("orders");
            stream.create(StreamSpec.json()).block(TIMEOUT);
            Application application = new Application(stream, context.getBean(MeterRegistry.class));
            test.accept(application);
            assertThat(application.gauge("in.flight")).isZero();
            assertThat(application.gauge("buffered")).isZero();
        });
    }

    private static void write(IdempotentProducer producer, Object... messages) {
        for (Object message : messages) {
            producer.append(message);
        }
        producer.flush().block(TIMEOUT);
    }

    @Test
    void whatIsStoredIsCountedAndMeasured() {
        run(application -> {
            write(application.producer(SETTINGS), 1234, 5678);

            assertThat(application.count("messages", "outcome", "stored")).isEqualTo(2);
            assertThat(application.count("batches", "outcome", "stored")).isEqualTo(1);
            assertThat(application.count("bytes", "outcome", "stored")).isEqualTo(8);
            assertThat(application.count("messages")).isEqualTo(2);
            assertThat(application.count("retries")).isZero();
            assertThat(application.find("batch.fill").summary())
                    .returns(1L, DistributionSummary::count)
                    .returns(0.008, DistributionSummary::mean);
            assertThat(application.find("latency").timer()).returns(1L, Timer::count);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "NO_CONNECTION, not_sent, stored",
        "ANSWER_LOST, no_answer, duplicate",
        "ANSWER_503, server_error, stored",
        "ANSWER_429, rate_limited, stored",
        "ANSWER_OF_NO_STREAM_SERVER, unusable_answer, stored"
    })
    void aFaultIsARetryByItsCause(Fault fault, String cause, String outcome) {
        run(application -> {
            requests.next(fault);

            write(application.producer(SETTINGS), 1, 2, 3);

            assertThat(application.count("retries", "cause", cause)).isEqualTo(1);
            assertThat(application.count("retries")).isEqualTo(1);
            assertThat(application.count("messages", "outcome", outcome)).isEqualTo(3);
            assertThat(application.count("messages")).isEqualTo(3);
            assertThat(application.count("failures")).isZero();
        });
    }

    @Test
    void aBatchThatOvertakesAnotherIsAGapAndARetry() {
        run(application -> {
            IdempotentProducer producer = application.producer(SETTINGS.withMaxBatchItems(1));
            write(producer, 1); // From here on, several may be under way.
            Sinks.Empty<Object> overtaken = Sinks.empty();
            requests.next(
                    (request, next) -> overtaken.asMono().then(Mono.defer(() -> next.exchange(request))),
                    (request, next) -> next.exchange(request).doOnNext(answer -> overtaken.tryEmitEmpty()));

            write(producer, 2, 3);

            assertThat(application.count("gaps")).isEqualTo(1);
            assertThat(application.count("retries", "cause", "gap")).isEqualTo(1);
            assertThat(application.count("batches", "outcome", "stored")).isEqualTo(3);
            assertThat(application.count("failures")).isZero();
        });
    }

    @Test
    void aFenceThatIsClaimedIsARetryUnderARaisedEpoch() {
        run(application -> {
            intrude(application).block(TIMEOUT);

            write(application.producer(SETTINGS.withAutoClaim(true)), 1);

            assertThat(application.count("fences")).isEqualTo(1);
            assertThat(application.count("retries", "cause", "fenced")).isEqualTo(1);
            assertThat(application.count("epoch.raises")).isEqualTo(1);
            assertThat(application.count("failures")).isZero();
        });
    }

    @Test
    void whatIsSentAgainUnderARaisedEpochAfterItsAnswerWasLostMayBeThereTwice() {
        run(application -> {
            requests.next((request, next) -> Fault.ANSWER_LOST
                    .filter(request, next)
                    .onErrorResume(lost -> intrude(application).then(Mono.error(lost))));

            write(application.producer(SETTINGS.withAutoClaim(true)), 1, 2);

            assertThat(application.count("messages", "outcome", "possibly_repeated"))
                    .isEqualTo(2);
        });
    }

    @Test
    void aFenceThatIsNotClaimedIsAFailureByItsException() {
        run(application -> {
            intrude(application).block(TIMEOUT);
            double stored = application.count("messages", "outcome", "stored");
            IdempotentProducer producer = application.producer(SETTINGS);

            assertThatThrownBy(() -> write(producer, 12, 34)).isInstanceOf(ProducerFencedException.class);

            assertThat(application.count("failures", "exception", "ProducerFencedException"))
                    .isEqualTo(1);
            assertThat(application.count("failures")).isEqualTo(1);
            assertThat(application.count("messages", "outcome", "failed")).isEqualTo(2);
            assertThat(application.count("batches", "outcome", "failed")).isEqualTo(1);
            assertThat(application.count("bytes", "outcome", "failed")).isEqualTo(4);
            assertThat(application.count("messages", "outcome", "stored")).isEqualTo(stored);
        });
    }

    @Test
    void aBatchThatIsTooLargeIsASplitAndIsStoredInParts() {
        run(application -> {
            write(application.producer(SETTINGS), "x".repeat(60), "y".repeat(60));

            assertThat(application.count("splits")).isEqualTo(1);
            assertThat(application.count("batches", "outcome", "stored")).isEqualTo(2);
            assertThat(application.count("messages", "outcome", "stored")).isEqualTo(2);
            assertThat(application.find("batch.fill").summary()).returns(1L, DistributionSummary::count);
        });
    }

    @Test
    void messagesForAStreamThatIsNotThereAreFailuresWithoutABatch() {
        run(application -> {
            application.stream().delete().block(TIMEOUT);
            IdempotentProducer producer = application.producer(SETTINGS);

            assertThatThrownBy(() -> write(producer, 1, 2)).isInstanceOf(StreamNotFoundException.class);

            assertThat(application.count("failures", "exception", "StreamNotFoundException"))
                    .isEqualTo(2);
            assertThat(application.count("messages", "outcome", "failed")).isEqualTo(2);
            assertThat(application.count("batches")).isZero();
        });
    }

    @Test
    void messagesThatAreNotAcceptedAreRefusalsAndNoFailures() {
        run(application -> {
            IdempotentProducer producer =
                    application.producer(SETTINGS.withMaxBufferedBytes(1).withLinger(Duration.ofMinutes(1)));
            producer.append(1);

            // On a thread that must not block, so that nothing can make room meanwhile.
            Mono<Void> refused =
                    Mono.<Void>fromRunnable(() -> producer.append(2)).subscribeOn(Schedulers.parallel());
            assertThatThrownBy(() -> refused.block(TIMEOUT)).isInstanceOf(ProducerBufferFullException.class);
            producer.close().block(TIMEOUT);

            assertThat(application.count("refused", "exception", "ProducerBufferFullException"))
                    .isEqualTo(1);
            assertThat(application.count("messages", "outcome", "stored")).isEqualTo(1);
            assertThat(application.count("messages", "outcome", "failed")).isZero();
        });
    }

    @Test
    void whatIsUnderWayAndBufferedShowsUntilItIsSettled() {
        run(application -> {
            Sinks.Empty<Object> shown = Sinks.empty();
            requests.next((request, next) -> shown.asMono().then(Mono.defer(() -> next.exchange(request))));
            IdempotentProducer producer = application.producer(SETTINGS);
            write(application.stream().producer("other", SETTINGS), 1);
            producer.append(1234);
            Mono<Void> flushed = producer.flush().cache();
            flushed.subscribe(done -> {}, failure -> {});

            Flux.interval(Duration.ofMillis(5))
                    .filter(tick -> application.gauge("buffered") == 4)
                    .next()
                    .block(TIMEOUT);
            assertThat(application.gauge("in.flight")).isEqualTo(1);
            shown.tryEmitEmpty();
            flushed.block(TIMEOUT);
            producer.close().block(TIMEOUT);
        });
    }

    @Test
    void percentilesAreForTheApplicationToAskFor() {
        runner.withPropertyValues(
                        "management.metrics.distribution.percentiles.durable.streams.producer.latency=0.5,0.99")
                .run(context -> assertThat(context.getBean(MeterRegistry.class)
                                .get("durable.streams.producer.latency")
                                .timer()
                                .takeSnapshot()
                                .percentileValues())
                        .hasSize(2));
    }

    /** Another writer under the same id, which takes the stream from the one under test. */
    private static Mono<?> intrude(Application application) {
        return application
                .producer(SETTINGS.withEpoch(5).withLinger(Duration.ZERO))
                .send("intruder");
    }
}
