package io.durablestreams.smoke.client;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.LiveMode;

/**
 * Creates a stream, writes with a plain append and with a producer, and reads to the present end and live. The argument
 * is the URL of a server.
 */
final class ClientApplication {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    record Order(int id, String item) {}

    private ClientApplication() {}

    public static void main(String[] args) {
        List<Order> orders = List.of(new Order(1, "tea"), new Order(2, "milk"));
        DurableStreamClient client = DurableStreamClient.create(args[0]);
        DurableStream stream = client.stream("client-alone");

        stream.create(StreamSpec.json()).block(PATIENCE);
        stream.append(orders.get(0)).block(PATIENCE);
        IdempotentProducer producer = stream.producer("client-alone");
        producer.send(orders.get(1)).block(PATIENCE);
        producer.close().block(PATIENCE);

        expect(orders, stream.reader(Order.class).collect().block(PATIENCE));
        expect(
                orders,
                stream.reader(Order.class)
                        .live(LiveMode.AUTO)
                        .items()
                        .take(2)
                        .collectList()
                        .block(PATIENCE));
        client.dispose();
    }

    private static void expect(Object expected, @Nullable Object actual) {
        if (!expected.equals(actual)) {
            throw new IllegalStateException("Expected " + expected + ", got " + actual);
        }
    }
}
