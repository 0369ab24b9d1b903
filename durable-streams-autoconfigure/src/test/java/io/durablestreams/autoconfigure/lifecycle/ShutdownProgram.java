package io.durablestreams.autoconfigure.lifecycle;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import org.mockito.Mockito;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.producer.IdempotentProducer;

/**
 * An application for {@link ShutdownProcessTest}: it appends what it is sent, or a thousand messages, with producers of
 * every kind.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class ShutdownProgram {

    /** Who writes, as the paths of requests and the messages name them. */
    static final List<String> KINDS = List.of("bean", "service", "tenant", "prototype", "product", "variant", "own");

    private static final int TENANTS = 17;

    public static void main(String[] args) {
        SpringApplication.run(ShutdownProgram.class, args);
    }

    @Bean
    @Primary
    IdempotentProducer bean(DurableStreamClient client, @Value("${test.stream}") String url) {
        return client.stream(url).producer("bean-" + UUID.randomUUID());
    }

    @Bean
    @Scope(BeanDefinition.SCOPE_PROTOTYPE)
    IdempotentProducer prototype(DurableStreamClient client, @Value("${test.stream}") String url) {
        return client.stream(url).producer("prototype-" + UUID.randomUUID());
    }

    @Bean
    FactoryBean<IdempotentProducer> product(DurableStreamClient client, @Value("${test.stream}") String url) {
        return new FactoryBean<>() {
            @Override
            public IdempotentProducer getObject() {
                return client.stream(url).producer("product-" + UUID.randomUUID());
            }

            @Override
            public Class<?> getObjectType() {
                return IdempotentProducer.class;
            }
        };
    }

    /** What {@code @MockitoBean} leaves in a context. */
    @Bean
    IdempotentProducer mock() {
        return Mockito.mock(IdempotentProducer.class);
    }

    /** Has something to deliver when the application ends, and cannot. */
    @Bean
    IdempotentProducer failing(DurableStreamClient client, @Value("${test.stream}") String url) {
        IdempotentProducer failing = client.stream(url + "/absent")
                .withContentType("application/json")
                .producer("failing-" + UUID.randomUUID());
        failing.append("to nowhere");
        return failing;
    }

    /** Appends a message in the name of each kind. */
    record Writers(Map<String, Consumer<String>> byKind) {}

    @Bean
    Writers writers(
            DurableStreamClient client,
            @Qualifier("bean") IdempotentProducer bean,
            @Qualifier("prototype") ObjectProvider<IdempotentProducer> prototypes,
            @Qualifier("product") IdempotentProducer product,
            @Value("${test.stream}") String url) {
        IdempotentProducer service = client.stream(url).producer("service-" + UUID.randomUUID());
        DurableStream ofVariant = client.mutate().header("X-Tenant", "acme").build().stream(URI.create(url));
        IdempotentProducer variant = ofVariant.producer("variant-" + UUID.randomUUID());
        Map<Integer, IdempotentProducer> tenants = new ConcurrentHashMap<>();
        Map<String, Consumer<String>> byKind = new LinkedHashMap<>();
        byKind.put("bean", bean::append);
        byKind.put("service", service::append);
        byKind.put(
                "tenant",
                message -> tenants.computeIfAbsent(
                                Math.floorMod(message.hashCode(), TENANTS),
                                tenant -> client.stream(url).producer("tenant-" + UUID.randomUUID()))
                        .append(message));
        byKind.put("prototype", message -> prototypes.getObject().append(message));
        byKind.put("product", product::append);
        byKind.put("variant", variant::append);
        byKind.put(
                "own", message -> ofVariant.producer("own-" + UUID.randomUUID()).append(message));
        return new Writers(byKind);
    }

    @Bean
    RouterFunction<ServerResponse> routes(Writers writers) {
        return RouterFunctions.route()
                .POST("/{kind}/{number}", request -> {
                    String kind = request.pathVariable("kind");
                    writers.byKind().get(kind).accept(kind + " " + request.pathVariable("number"));
                    return ServerResponse.ok().build();
                })
                .build();
    }

    @Bean
    ApplicationListener<WebServerInitializedEvent> port() {
        return event -> System.out.println("listening " + event.getWebServer().getPort());
    }

    /** Appends a thousand messages by itself, and says who failed. */
    @Bean
    @ConditionalOnProperty("test.messages")
    CommandLineRunner job(DurableStreamClient client, @Value("${test.stream}") String url) {
        return arguments -> {
            for (int producer = 0; producer < 10; producer++) {
                DurableStream stream = client.stream(url);
                DurableStream handle = producer % 2 == 0 ? stream : stream.withContentType("application/json");
                IdempotentProducer each = handle.producer(
                        "job-" + producer,
                        null,
                        (cause, messages) -> messages.forEach(
                                message -> System.out.println("failed " + new String(message).replace("\"", ""))));
                int number = producer;
                IntStream.range(0, 100).forEach(i -> each.append("message" + (number * 100 + i)));
            }
            System.out.println("appended");
        };
    }
}
