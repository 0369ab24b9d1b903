package io.durablestreams.conformance.adapter;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

import io.durablestreams.client.CreateResult;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.StreamConflictException;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.conformance.adapter.Failures.NotSupportedException;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamMetadata;

/** Does a piece of work once and reports the time it took. */
final class BenchmarkCommand {

    private static final double NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private BenchmarkCommand() {}

    /** The work done: bytes of content, and messages where they are counted. */
    private record Work(long bytes, long messages) {

        static final Work UNCOUNTED = new Work(0, 0);

        static Work ofBytes(long bytes) {
            return new Work(bytes, 0);
        }

        Map<String, Object> metrics(double seconds) {
            Map<String, Object> metrics = new LinkedHashMap<>();
            if (bytes > 0) {
                metrics.put("bytesTransferred", bytes);
                metrics.put("bytesPerSecond", bytes / seconds);
            }
            if (messages > 0) {
                metrics.put("messagesProcessed", messages);
                metrics.put("opsPerSecond", messages / seconds);
            }
            return metrics;
        }
    }

    static Mono<Result> run(Session session, Command command) {
        String iterationId = command.text("iterationId");
        Mono<Work> work = work(session, command.within("operation"));
        return Mono.defer(() -> {
            long start = System.nanoTime();
            return work.map(done -> result(iterationId, System.nanoTime() - start, done));
        });
    }

    private static Mono<Work> work(Session session, Command operation) {
        String op = operation.text("op");
        return switch (op) {
            case "append" -> append(session, operation);
            case "read" -> read(session, operation);
            case "roundtrip" -> roundtrip(session, operation);
            case "create" -> create(session, operation, spec(operation)).thenReturn(Work.UNCOUNTED);
            case "throughput_append" -> throughputAppend(session, operation);
            case "throughput_read" -> throughputRead(session, operation);
            default -> throw new NotSupportedException("There is no benchmark '" + op + "'");
        };
    }

    private static Result result(String iterationId, long nanos, Work work) {
        return Result.success()
                .with("iterationId", iterationId)
                .with("durationNs", Long.toString(nanos))
                .with("metrics", work.metrics(nanos / NANOS_PER_SECOND));
    }

    private static Mono<Work> append(Session session, Command operation) {
        int size = size(operation);
        return session.stream(operation.path())
                .append(filler(session.format(operation.path()), size))
                .thenReturn(Work.ofBytes(size));
    }

    private static int size(Command operation) {
        int size = operation.integer("size");
        if (size < 0) {
            throw new IllegalArgumentException("size must not be negative, but is " + size);
        }
        return size;
    }

    /** A message of a size that the stream can hold: on a JSON stream a string of that length. */
    private static Object filler(StreamFormat format, int size) {
        String text = "x".repeat(size);
        return Session.message(format, format == StreamFormat.JSON ? '"' + text + '"' : text);
    }

    private static Mono<Work> read(Session session, Command operation) {
        return session.stream(operation.path())
                .reader(byte[].class)
                .from(Offset.of(operation.textOr("offset", Offset.BEGINNING.value())))
                .body()
                .map(body -> Work.ofBytes(body.length));
    }

    private static StreamSpec spec(Command operation) {
        return StreamSpec.of(operation.textOr("contentType", StreamFormat.APPLICATION_OCTET_STREAM));
    }

    private static Mono<StreamMetadata> create(Session session, Command operation, StreamSpec spec) {
        return session.stream(operation.path())
                .create(spec)
                .map(CreateResult::metadata)
                .doOnNext(metadata -> session.remember(operation.path(), metadata.contentType()));
    }

    private static Mono<Work> roundtrip(Session session, Command operation) {
        StreamSpec spec = spec(operation);
        int size = size(operation);
        LiveMode mode = ReadCommand.liveMode(operation, "long-poll");
        Object message = filler(StreamFormat.of(spec.contentType()), size);
        return create(session, operation, spec).flatMap(created -> {
            DurableStream stream = session.stream(operation.path());
            return stream.reader(byte[].class)
                    .from(created.nextOffset()) // Messages of earlier rounds do not count.
                    .live(mode)
                    .items()
                    .mergeWith(stream.append(message).then(Mono.empty()))
                    .next()
                    .map(item -> Work.ofBytes((long) size + item.length));
        });
    }

    private static Mono<Work> throughputAppend(Session session, Command operation) {
        long count = operation.number("count");
        int size = size(operation);
        int concurrency = operation.integerOr("concurrency", 1);
        return createIfAbsent(session, operation)
                // Appending may wait for room.
                .publishOn(Schedulers.boundedElastic())
                .flatMap(stream -> {
                    IdempotentProducer producer = stream.producer(
                            UUID.randomUUID().toString(),
                            session.producerSettings().withMaxInFlight(concurrency));
                    Object message = filler(session.format(operation.path()), size);
                    for (long i = 0; i < count; i++) {
                        producer.append(message);
                    }
                    return producer.flush().doFinally(signal -> producer.close().subscribe(done -> {}, failed -> {}));
                })
                .thenReturn(new Work(count * size, count));
    }

    private static Mono<DurableStream> createIfAbsent(Session session, Command operation) {
        String path = operation.path();
        StreamSpec spec = StreamSpec.of(session.contentType(path));
        return create(session, operation, spec)
                .onErrorResume(
                        StreamConflictException.class,
                        isThere -> session.stream(path)
                                .head()
                                .doOnNext(metadata -> session.remember(path, metadata.contentType())))
                .map(known -> session.stream(path));
    }

    private static Mono<Work> throughputRead(Session session, Command operation) {
        session.receivedBytes().take();
        return session.stream(operation.path())
                .reader(JsonNode.class)
                .items()
                .count()
                .map(messages -> new Work(session.receivedBytes().take(), messages));
    }
}
