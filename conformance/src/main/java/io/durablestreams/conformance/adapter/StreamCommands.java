package io.durablestreams.conformance.adapter;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.conformance.adapter.Failures.MalformedDataException;
import io.durablestreams.conformance.adapter.Failures.NotSupportedException;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.StreamMetadata;

import static io.durablestreams.conformance.adapter.Command.accepted;

/** The commands that are one request each. */
final class StreamCommands {

    private static final int OK = 200;
    private static final int CREATED = 201;

    private StreamCommands() {}

    static Mono<Result> create(Session session, Command command) {
        StreamSpec spec = StreamSpec.of(command.textOr("contentType", StreamFormat.APPLICATION_OCTET_STREAM))
                .withClosed(command.flag("closed"));
        String data = command.optionalText("data");
        if (data != null) {
            spec = spec.withBody(Session.message(StreamFormat.of(spec.contentType()), data));
        }
        Long ttlSeconds = command.optionalNumber("ttlSeconds");
        if (ttlSeconds != null) {
            StreamSpec unlimited = spec;
            spec = accepted("ttlSeconds", () -> unlimited.withTtl(Duration.ofSeconds(ttlSeconds)));
        }
        String expiresAt = command.optionalText("expiresAt");
        if (expiresAt != null) {
            spec = spec.withExpiresAt(instant(expiresAt));
        }
        return session.stream(command.path())
                .create(spec)
                .doOnNext(created ->
                        session.remember(command.path(), created.metadata().contentType()))
                .map(created -> session.withReceived(Result.success()
                        .with("status", created.created() ? CREATED : OK)
                        .with("offset", created.metadata().nextOffset().value())));
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException malformed) {
            throw new IllegalArgumentException(
                    "expiresAt must be an instant of ISO 8601, but is '" + text + "'", malformed);
        }
    }

    static Mono<Result> connect(Session session, Command command) {
        return metadata(session, command)
                .map(metadata -> session.withReceived(Result.success()
                        .with("status", OK)
                        .with("offset", metadata.nextOffset().value())));
    }

    static Mono<Result> head(Session session, Command command) {
        return metadata(session, command)
                .map(metadata -> session.withReceived(Result.success()
                        .with("status", OK)
                        .with("offset", metadata.nextOffset().value())
                        .with("contentType", metadata.contentType())
                        .with("streamClosed", metadata.closed())
                        .with(
                                "ttlSeconds",
                                metadata.ttl() == null ? null : metadata.ttl().toSeconds())
                        .with(
                                "expiresAt",
                                metadata.expiresAt() == null
                                        ? null
                                        : metadata.expiresAt().toString())));
    }

    private static Mono<StreamMetadata> metadata(Session session, Command command) {
        return session.stream(command.path())
                .head()
                .doOnNext(metadata -> session.remember(command.path(), metadata.contentType()));
    }

    static Mono<Result> append(Session session, Command command) {
        DurableStream stream = session.stream(command.path());
        Object message = message(session, command);
        Long seq = command.optionalNumber("seq");
        if (command.has("producerId") || command.has("producerEpoch") || command.has("producerSeq")) {
            return appendNumbered(session, stream, message, command);
        }
        Mono<AppendReceipt> appending =
                seq == null ? stream.append(message) : stream.append(message, Long.toString(seq));
        return appending.map(receipt -> appended(session, receipt));
    }

    private static Mono<Result> appendNumbered(Session session, DurableStream stream, Object message, Command command) {
        if (command.has("seq")) {
            throw new NotSupportedException("An append has either seq or the numbers of a producer, not both");
        }
        return stream.append(message, sequence(command))
                .map(receipt -> appended(session, receipt)
                        .with("duplicate", receipt.outcome() == AppendReceipt.Outcome.DUPLICATE)
                        .with("producerEpoch", session.wire().numberReceived(StreamHeaders.PRODUCER_EPOCH))
                        .with("producerSeq", session.wire().numberReceived(StreamHeaders.PRODUCER_SEQ)));
    }

    private static ProducerSequence sequence(Command command) {
        String id = command.text("producerId");
        long epoch = command.number("producerEpoch");
        long seq = command.number("producerSeq");
        accepted("producerId", () -> new ProducerSequence(id, 0, 0));
        accepted("producerEpoch", () -> new ProducerSequence(id, epoch, 0));
        return accepted("producerSeq", () -> new ProducerSequence(id, epoch, seq));
    }

    private static Result appended(Session session, AppendReceipt receipt) {
        Result result = Result.success().with("status", OK).with("offset", value(receipt.nextOffset()));
        return session.withReceived(session.withSent(result));
    }

    /** The {@code data} of a command as a message of its stream. */
    static Object message(Session session, Command command) {
        String data = command.text("data");
        if (!command.flag("binary")) {
            return session.message(command.path(), data);
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(data);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedDataException("data must be base64: " + malformed.getMessage(), malformed);
        }
        return session.format(command.path()) == StreamFormat.JSON ? new RawJson(bytes) : bytes;
    }

    static @Nullable String value(@Nullable Offset offset) {
        return offset == null ? null : offset.value();
    }

    static Mono<Result> delete(Session session, Command command) {
        return session.stream(command.path()).delete().then(Mono.fromSupplier(() -> {
            session.forget(command.path());
            return session.withReceived(Result.success().with("status", OK));
        }));
    }

    static Mono<Result> close(Session session, Command command) {
        String data = command.optionalText("data");
        DurableStream stream = session.stream(command.path());
        return closing(stream, data, command.textOr("contentType", session.contentType(command.path())))
                .map(offset -> Result.success().with("finalOffset", offset.value()));
    }

    private static Mono<Offset> closing(DurableStream stream, @Nullable String data, String contentType) {
        return data == null
                ? stream.closeStream()
                : stream.withContentType(contentType).closeStream(Session.message(StreamFormat.of(contentType), data));
    }
}
