package io.durablestreams.sample;

import java.time.Duration;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;

/** The sample application. */
@SpringBootApplication(proxyBeanMethods = false)
public class SampleApplication {

    /** Starts the application. */
    public static void main(String[] args) {
        SpringApplication.run(SampleApplication.class, args);
    }

    /**
     * The stream of the producer bean. It is created before the first request. Creating an existing stream has no
     * effect.
     */
    @Bean
    DurableStream events(DurableStreamClient client, IdempotentProducer producer) {
        DurableStream events = client.stream(producer.url());
        events.create(StreamSpec.json()).block(Duration.ofMinutes(1));
        return events;
    }
}
