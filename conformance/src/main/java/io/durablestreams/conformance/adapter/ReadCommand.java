package io.durablestreams.conformance.adapter;

import java.time.Duration;
import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.reader.StreamReader;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamHeaders;

/** Reads to the end of what there is, or live until one of the command's limits is reached. */
final class ReadCommand {

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final long LIVE_MILLIS = 5000;

    /** A hundred years, which is longer than anyone waits and not too long for a timer. */
    private static final long MAX_MILLIS = Duration.ofDays(36_500).toMillis();

    private ReadCommand() {}

    /** When to stop reading, and where reading begins. */
    private record Limits(Offset offset, LiveMode live, Duration timeout, long maxChunks, boolean waitForUpToDate) {

        static Limits of(Command command) {
            LiveMode live = liveMode(command, "false");
            // A read that ends by itself is not cut short, so that its retries can report the server's answer.
            long otherwise = live == LiveMode.OFF ? MAX_MILLIS : LIVE_MILLIS;
            return new Limits(
                    Offset.of(command.textOr("offset", Offset.BEGINNING.value())),
                    live,
                    Duration.ofMillis(Math.min(command.numberOr("timeoutMs", otherwise), MAX_MILLIS)),
                    command.numberOr("maxChunks", 100),
                    command.flag("waitForUpToDate"));
        }

        <T> boolean areReached(Chunks<T> chunks, Batch<T> batch) {
            return chunks.count() >= maxChunks || waitForUpToDate && batch.upToDate() || batch.streamClosed();
        }
    }

    static LiveMode liveMode(Command command, String otherwise) {
        JsonNode live = command.present("live");
        return switch (live == null ? otherwise : live.asString()) {
            case "false" -> LiveMode.OFF;
            case "true", "auto" -> LiveMode.AUTO; // Older suites spell it out.
            case "long-poll" -> LiveMode.LONG_POLL;
            case "sse" -> LiveMode.SSE;
            default -> throw new IllegalArgumentException("live must be false, true, long-poll or sse, but is " + live);
        };
    }

    static Mono<Result> read(Session session, Command command) {
        Limits limits = Limits.of(command);
        DurableStream stream = session.stream(command.path());
        Mono<Result> reading = switch (session.format(command.path())) {
            case JSON -> read(stream.reader(JsonNode.class), new Chunks<>(ReadCommand::json), limits, session);
            case TEXT ->
                read(stream.reader(String.class), new Chunks<>(texts -> String.join("", texts)), limits, session);
            case BINARY -> {
                Utf8 decoder = new Utf8();
                yield read(stream.reader(byte[].class), new Chunks<>(decoder::decode, decoder::end), limits, session);
            }
        };
        return reading.map(result -> session.withReceived(session.withSent(result)));
    }

    private static String json(List<JsonNode> messages) {
        return Session.JSON.writeValueAsString(messages);
    }

    private static <T> Mono<Result> read(StreamReader<T> reader, Chunks<T> chunks, Limits limits, Session session) {
        Flux<Batch<T>> batches =
                reader.from(limits.offset()).live(limits.live()).batches();
        Mono<Boolean> reading =
                limits.live() == LiveMode.OFF ? readOnce(batches, chunks, limits) : readLive(batches, chunks, limits);
        return reading.map(timedOut -> result(chunks, limits, timedOut, session.wire()));
    }

    /** All that there is as one chunk. */
    private static <T> Mono<Boolean> readOnce(Flux<Batch<T>> batches, Chunks<T> chunks, Limits limits) {
        return batches.collectList().timeout(limits.timeout()).map(all -> {
            List<T> items =
                    all.stream().flatMap(batch -> batch.items().stream()).toList();
            Batch<T> last = all.get(all.size() - 1);
            chunks.add(new Batch<>(items, last.nextOffset(), last.upToDate(), last.streamClosed()));
            return false;
        });
    }

    /** One chunk for each batch, until a limit is reached. Returns whether the time limit was reached. */
    private static <T> Mono<Boolean> readLive(Flux<Batch<T>> batches, Chunks<T> chunks, Limits limits) {
        return batches.take(limits.timeout())
                .doOnNext(chunks::add)
                .filter(batch -> limits.areReached(chunks, batch))
                .next()
                .map(reached -> false)
                .defaultIfEmpty(true);
    }

    private static Result result(Chunks<?> chunks, Limits limits, boolean timedOut, WireRecorder wire) {
        List<Chunks.Chunk> all = chunks.finish();
        Batch<?> last = chunks.last();
        return Result.success()
                .with("status", all.isEmpty() && wire.lastStatus() == NO_CONTENT ? NO_CONTENT : OK)
                .with("chunks", all)
                .with("offset", (last == null ? limits.offset() : last.nextOffset()).value())
                .with("upToDate", timedOut || last != null && last.upToDate())
                .with("streamClosed", last != null && last.streamClosed())
                .with("cursor", wire.received(StreamHeaders.STREAM_CURSOR));
    }
}
