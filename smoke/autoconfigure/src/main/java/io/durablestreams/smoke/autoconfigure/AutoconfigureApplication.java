package io.durablestreams.smoke.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

import io.durablestreams.autoconfigure.DurableStreamsConnectionDetails;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;

/**
 * Starts an application that defines its own client bean, and writes with the auto-configured producer bean. The
 * auto-configured client bean has dependencies that only the starter adds. The argument is the URL of a server.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class AutoconfigureApplication {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    record Order(int id, String item) {}

    @Bean(destroyMethod = "dispose")
    DurableStreamClient client(DurableStreamsConnectionDetails details) {
        return DurableStreamClient.create(details.getUrl().toString());
    }

    public static void main(String[] args) {
        try (ConfigurableApplicationContext context = SpringApplication.run(
                AutoconfigureApplication.class,
                "--durable-streams.url=" + args[0],
                "--durable-streams.producer.stream=autoconfigure-alone")) {
            use(context.getBean(DurableStreamClient.class), context.getBean(IdempotentProducer.class));
        }
    }

    private static void use(DurableStreamClient client, IdempotentProducer producer) {
        DurableStream stream = client.stream(producer.url());
        stream.create(StreamSpec.json()).block(PATIENCE);
        producer.send(new Order(1, "tea")).block(PATIENCE);
        List<Order> orders = stream.reader(Order.class).collect().block(PATIENCE);
        if (!List.of(new Order(1, "tea")).equals(orders)) {
            throw new IllegalStateException("Read " + orders);
        }
    }
}
