package io.durablestreams.autoconfigure.lifecycle;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/** A test that mocks the producer bean: the mock takes its place, and does not keep other producers from delivering. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.NONE,
        properties = {
            Contexts.NO_QUIET_PERIOD,
            "durable-streams.producer.stream=orders",
            "durable-streams.producer.linger=1m"
        })
class MockedProducerTest {

    @MockitoBean
    private IdempotentProducer producer;

    @Autowired
    private ConfigurableApplicationContext context;

    @Autowired
    private DurableStreamClient client;

    @Test
    void theMockTakesThePlaceOfTheBeanAndOthersDeliver() {
        assertThat(context.getBeansOfType(IdempotentProducer.class).values()).containsExactly(producer);
        client.stream("orders").create(StreamSpec.json()).block(TIMEOUT);
        client.stream("orders").producer("held").append("order");

        context.stop();
        context.start();

        assertThat(client.stream("orders").reader(String.class).collect().block(TIMEOUT))
                .containsExactly("order");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {}
}
