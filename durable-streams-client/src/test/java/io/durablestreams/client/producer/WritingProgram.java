package io.durablestreams.client.producer;

import java.nio.file.Path;
import java.time.Duration;

import reactor.core.publisher.Flux;

import io.durablestreams.client.DurableStreamClient;

/** Writes until it is killed, and prints each message that is acknowledged, with its numbers. */
final class WritingProgram {

    private WritingProgram() {}

    /** Takes the URL of a stream, the file of the epochs, and a name for this life. */
    public static void main(String[] args) {
        DurableStreamClient client = DurableStreamClient.builder()
                .epochStore(EpochStore.file(Path.of(args[1])))
                .build();
        IdempotentProducer producer = client.stream(args[0])
                .producer(
                        "writer", ProducerSettings.DEFAULT.withMaxBatchItems(5).withLinger(Duration.ofMillis(1)));
        Flux<String> messages = Flux.range(0, Integer.MAX_VALUE).map(i -> args[2] + "-" + i);

        producer.sendAll(messages)
                .index()
                .doOnNext(receipt -> System.out.println("stored " + args[2] + "-" + receipt.getT1() + " as "
                        + receipt.getT2().sequence().epoch() + "/"
                        + receipt.getT2().sequence().seq() + ";"))
                .blockLast(Duration.ofMinutes(2));
    }
}
