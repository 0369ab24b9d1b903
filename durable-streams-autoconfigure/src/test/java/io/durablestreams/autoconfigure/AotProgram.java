package io.durablestreams.autoconfigure;

import java.time.Duration;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.client.producer.IdempotentProducer;

/** An application for {@link AheadOfTimeTest}: writes as it is configured, and prints what it is made of. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class AotProgram {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    public static void main(String[] args) {
        SpringApplication program = new SpringApplication(AotProgram.class);
        program.setWebApplicationType(WebApplicationType.NONE);
        program.run(args);
    }

    @Bean
    DurableStream events(DurableStreamClient client) {
        return client.stream("aot-events");
    }

    @Bean
    CommandLineRunner writer(
            DurableStream events,
            DurableStreamsConnectionDetails details,
            ObjectProvider<IdempotentProducer> producers,
            ObjectProvider<EpochStore> epochStores) {
        return arguments -> {
            events.create(StreamSpec.json()).block(PATIENCE);
            IdempotentProducer producer = producers.getIfAvailable();
            System.out.println("details " + details.getClass().getSimpleName() + " " + details.getUrl());
            System.out.println("producer " + (producer == null ? "none" : producer.producerId()));
            System.out.println("epochs " + (epochStores.getIfAvailable() == null ? "nowhere" : "stored"));
            if (producer != null) {
                producer.append("by the producer bean");
            } else {
                events.append("by the stream").block(PATIENCE);
            }
        };
    }
}
