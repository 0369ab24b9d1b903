package io.durablestreams.benchmarks;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamMetadata;
import io.durablestreams.server.DurableStreamServer;

/** The library's own server, in a process of its own, with its streams in memory. */
final class StreamServer implements AutoCloseable {

    /** Its name as a {@link ServerProcess}. */
    static final String NAME = "streams";

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final ServerProcess process = ServerProcess.start(NAME);
    private final DurableStreamClient client = DurableStreamClient.create(process.url());
    private final AtomicInteger streams = new AtomicInteger();

    /** Runs in the process of the server, and prints its URL. */
    static void listen() {
        System.out.println(DurableStreamServer.builder().port(0).build().start().block(PATIENCE));
    }

    DurableStreamClient client() {
        return client;
    }

    /**
     * Has messages written to a new JSON stream, and deletes it after checking that every byte has arrived.
     *
     * @param writer writes them to the stream of a URL
     * @return the result of the writer
     */
    long store(PrebuiltMessages messages, ToLongFunction<String> writer) {
        DurableStream stream = client.stream("stream-" + streams.incrementAndGet());
        stream.create(StreamSpec.json()).block(PATIENCE);
        long written = writer.applyAsLong(stream.url().toString());
        Offset end = stream.head().map(StreamMetadata::nextOffset).block(PATIENCE);
        stream.delete().block(PATIENCE);
        if (end == null || contentBytes(end) != messages.serialisedBytes()) {
            throw new IllegalStateException("The stream ends at " + end + " instead of behind "
                    + messages.serialisedBytes() + " bytes of messages");
        }
        return written;
    }

    /** The offsets of this server end with the number of content bytes before them. */
    private static long contentBytes(Offset offset) {
        String token = offset.value();
        return Long.parseLong(token.substring(token.indexOf('_') + 1));
    }

    @Override
    public void close() {
        client.dispose();
        process.close();
    }
}
