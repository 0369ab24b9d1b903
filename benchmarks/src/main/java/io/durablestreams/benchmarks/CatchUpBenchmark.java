package io.durablestreams.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import reactor.netty.http.client.HttpClient;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.reader.StreamReader;

/** Catch-up of JSON messages into records, against a bare GET of the same bytes and one pass of Jackson over them. */
final class CatchUpBenchmark {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final JsonMapper mapper = JsonMapper.shared();
    private final HttpClient http = HttpClient.create();

    void run(Comparison comparison, int messages) {
        try (PrebuiltServer server = new PrebuiltServer(Event.block(messages), 1)) {
            DurableStreamClient client = DurableStreamClient.create(server.url());
            StreamReader<Event> reader = client.stream(server.url()).reader(Event.class);
            comparison.run(
                    String.format("catch-up of %,d messages into records", messages),
                    messages,
                    () -> bare(server.url()),
                    () -> read(reader));
            client.dispose();
        }
    }

    private long bare(String url) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        http.get()
                .uri(url)
                .responseContent()
                .doOnNext(buffer -> {
                    try {
                        buffer.readBytes(body, buffer.readableBytes());
                    } catch (IOException impossible) {
                        throw new UncheckedIOException(impossible);
                    }
                })
                .blockLast(PATIENCE);
        long count = 0;
        try (MappingIterator<Event> events = mapper.readerFor(Event.class).readValues(body.toByteArray())) {
            while (events.hasNextValue()) {
                events.nextValue();
                count++;
            }
        }
        return count;
    }

    private static long read(StreamReader<Event> reader) {
        AtomicLong count = new AtomicLong();
        reader.batches()
                .doOnNext(batch -> count.addAndGet(batch.items().size()))
                .blockLast(PATIENCE);
        return count.get();
    }
}
