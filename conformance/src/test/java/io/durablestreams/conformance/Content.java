package io.durablestreams.conformance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

/** The kinds of content that a stream can have, and messages as that. */
enum Content {
    json(StreamSpec.json()),
    text(StreamSpec.text()),
    binary(StreamSpec.binary());

    private final StreamSpec spec;

    Content(StreamSpec spec) {
        this.spec = spec;
    }

    StreamSpec spec() {
        return spec;
    }

    /** A message as our client takes it. Lines and blanks of the text are what gets lost first on the way. */
    Object of(Message message) {
        String line = " " + message.number() + ": " + message.text() + " \n";
        return switch (this) {
            case json -> message;
            case text -> line;
            case binary -> bytes(line, message.number());
        };
    }

    /** No text in any encoding. */
    private static byte[] bytes(String line, int number) {
        byte[] bytes = Arrays.copyOf(line.getBytes(StandardCharsets.UTF_8), line.length() + 3);
        bytes[bytes.length - 1] = (byte) number;
        return bytes;
    }

    /** Messages as the TypeScript client's script takes them. */
    List<String> lines(List<Message> messages) {
        return messages.stream().map(this::line).toList();
    }

    private String line(Message message) {
        return this == json
                ? JsonMapper.shared().writeValueAsString(message)
                : Base64.getEncoder().encodeToString(concatenated(List.of(message)));
    }

    /** Messages as the TypeScript client's script returns them. */
    JsonNode contentOf(List<Message> messages) {
        return JsonMapper.shared()
                .valueToTree(this == json ? messages : Base64.getEncoder().encodeToString(concatenated(messages)));
    }

    private byte[] concatenated(List<Message> messages) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Message message : messages) {
            Object content = of(message);
            bytes.writeBytes(
                    content instanceof byte[] binary ? binary : ((String) content).getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** Reads with our client, to the same form. */
    Mono<JsonNode> read(DurableStream stream, LiveMode live, Offset from) {
        if (this == json) {
            return stream.reader(Message.class)
                    .live(live)
                    .from(from)
                    .items()
                    .collectList()
                    .map(this::contentOf);
        }
        // Text is joined before it is encoded, and bytes are taken as they are.
        Flux<byte[]> parts = this == text
                ? stream.reader(String.class)
                        .live(live)
                        .from(from)
                        .items()
                        .map(part -> part.getBytes(StandardCharsets.UTF_8))
                : stream.reader(byte[].class).live(live).from(from).batches().concatMapIterable(Batch::items);
        return parts.collect(ByteArrayOutputStream::new, ByteArrayOutputStream::writeBytes)
                .map(all -> JsonMapper.shared().valueToTree(Base64.getEncoder().encodeToString(all.toByteArray())));
    }
}
