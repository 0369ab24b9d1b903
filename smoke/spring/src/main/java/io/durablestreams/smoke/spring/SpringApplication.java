package io.durablestreams.smoke.spring;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import io.durablestreams.spring.ShutdownSignal;

/** Starts and stops a Spring application without Spring Boot, which waits for the signal that it stops. */
final class SpringApplication {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private SpringApplication() {}

    public static void main(String[] args) {
        var application = new AnnotationConfigApplicationContext(ShutdownSignal.class);
        var stopping = application
                .getBean(ShutdownSignal.class)
                .whenStopping()
                .thenReturn("stopping")
                .toFuture();
        application.close();
        if (!"stopping"
                .equals(stopping.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                        .join())) {
            throw new IllegalStateException("No signal");
        }
    }
}
