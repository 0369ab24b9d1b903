package io.durablestreams.spring;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ShutdownSignalTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void comesEachTimeTheApplicationStops() {
        try (AnnotationConfigApplicationContext application =
                new AnnotationConfigApplicationContext(ShutdownSignal.class)) {
            Mono<Void> stopping = application.getBean(ShutdownSignal.class).whenStopping();

            expectSignal(stopping, application::stop);
            StepVerifier.create(stopping).expectComplete().verify(TIMEOUT);

            application.start();
            expectSignal(stopping, application::close);
        }
    }

    @Test
    void subscribersFromBeforeTheStartDoNotMissIt() {
        ShutdownSignal signal = new ShutdownSignal();

        expectSignal(signal.whenStopping(), signal::stop);
    }

    private static void expectSignal(Mono<Void> stopping, Runnable stop) {
        StepVerifier.create(stopping)
                .expectSubscription()
                .then(stop)
                .expectComplete()
                .verify(TIMEOUT);
    }
}
