package io.durablestreams.autoconfigure;

import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static io.durablestreams.autoconfigure.Contexts.TIMEOUT;

class ShutdownSignalTest {

    @Test
    void comesEachTimeTheApplicationStops() {
        Contexts.runner().run(context -> {
            ConfigurableApplicationContext application = context.getSourceApplicationContext();
            Mono<Void> stopping = context.getBean(ShutdownSignal.class).whenStopping();

            StepVerifier.create(stopping)
                    .expectSubscription()
                    .then(application::stop)
                    .expectComplete()
                    .verify(TIMEOUT);
            StepVerifier.create(stopping).expectComplete().verify(TIMEOUT);

            application.start();
            StepVerifier.create(stopping)
                    .expectSubscription()
                    .then(application::close)
                    .expectComplete()
                    .verify(TIMEOUT);
        });
    }

    @Test
    void isNotMissedByThoseWhoWaitedBeforeTheStart() {
        ShutdownSignal signal = new ShutdownSignal();

        StepVerifier.create(signal.whenStopping())
                .expectSubscription()
                .then(signal::stop)
                .expectComplete()
                .verify(TIMEOUT);
    }
}
