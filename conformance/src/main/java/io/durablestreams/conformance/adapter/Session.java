package io.durablestreams.conformance.adapter;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.StreamFormat;

import static io.durablestreams.conformance.adapter.Command.accepted;

/** The state shared by the commands since the last {@code init}. */
final class Session {

    /** Below the adapter's own limit, so that the library can report the reason. */
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(15);

    /** {@code shutdown} must be answered within 5 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Keeps numbers as they are. */
    static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final WireRecorder wire = new WireRecorder();
    private final ReceivedBytes receivedBytes = new ReceivedBytes();
    private final DynamicValues dynamicValues = new DynamicValues(Clock.systemUTC());
    private final Map<String, String> contentTypes = new HashMap<>();
    private final Map<ProducerKey, IdempotentProducer> producers = new HashMap<>();
    private final DurableStreamClient client;
    private final ProducerSettings producerSettings;
    private Command command = Command.NONE;

    /** The key of a producer. Commands with equal keys use the same producer. */
    record ProducerKey(String path, String producerId, long epoch) {}

    Session(String serverUrl, @Nullable Long timeoutMs) {
        RequestSettings requests = RequestSettings.DEFAULT.withAppendAtLeastOnce(true);
        // A chunk must end at an offset that a read can start from. Within an answer there is no such offset.
        ReaderSettings reads = ReaderSettings.DEFAULT.withPartBytes(Integer.MAX_VALUE);
        ProducerSettings writes = ProducerSettings.DEFAULT.withDeliveryTimeout(DELIVERY_TIMEOUT);
        if (timeoutMs != null) {
            Duration timeout = Duration.ofMillis(timeoutMs);
            RequestSettings asked = requests;
            requests = accepted("timeoutMs", () -> asked.withTimeout(timeout));
            reads = reads.withRequestTimeout(timeout);
            writes = writes.withRequestTimeout(timeout);
        }
        this.producerSettings = writes;
        DurableStreamClient.Builder builder = DurableStreamClient.builder();
        accepted("serverUrl", () -> builder.baseUrl(serverUrl));
        dynamicValues.applyTo(builder);
        this.client = builder.webClients(wire::addTo)
                .jsonMapper(JSON)
                .requestSettings(requests)
                .readerSettings(reads)
                .readMetrics(receivedBytes)
                .build();
    }

    /** A command begins. */
    void begin(String type, Command next) {
        command = next;
        if (type.equals("append") || type.equals("read")) {
            dynamicValues.advance();
        }
        wire.begin(next.headers());
    }

    /** The stream at a path, with the content type that is remembered for it. */
    DurableStream stream(String path) {
        return client.stream(path).withContentType(contentType(path));
    }

    String contentType(String path) {
        return contentTypes.getOrDefault(path, StreamFormat.APPLICATION_OCTET_STREAM);
    }

    StreamFormat format(String path) {
        return StreamFormat.of(contentType(path));
    }

    void remember(String path, String contentType) {
        contentTypes.put(path, contentType);
    }

    void forget(String path) {
        contentTypes.remove(path);
    }

    /** Text as a message of the stream at a path. */
    Object message(String path, String text) {
        return message(format(path), text);
    }

    /** Text as a message: on a JSON stream it is serialised already. */
    static Object message(StreamFormat format, String text) {
        return format == StreamFormat.JSON ? RawJson.of(text) : text;
    }

    /** What producers start with. */
    ProducerSettings producerSettings() {
        return producerSettings;
    }

    Map<ProducerKey, IdempotentProducer> producers() {
        return producers;
    }

    DynamicValues dynamicValues() {
        return dynamicValues;
    }

    WireRecorder wire() {
        return wire;
    }

    ReceivedBytes receivedBytes() {
        return receivedBytes;
    }

    /** Adds the headers of the last answer. */
    Result withReceived(Result result) {
        return result.with("headers", wire.headersReceived());
    }

    /** Adds the dynamic values and the command's own headers as they were sent. */
    Result withSent(Result result) {
        Set<String> headers = new LinkedHashSet<>(dynamicValues.headerNames());
        headers.addAll(command.headers().keySet());
        return result.with("headersSent", wire.headersSent(headers))
                .with("paramsSent", wire.parametersSent(dynamicValues.parameterNames()));
    }

    void close() {
        Flux.fromIterable(producers.values())
                .flatMap(producer -> producer.close().onErrorComplete())
                .then()
                .timeout(PATIENCE)
                .onErrorComplete()
                .block();
        client.dispose();
    }
}
