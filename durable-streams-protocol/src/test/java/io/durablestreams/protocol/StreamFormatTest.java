package io.durablestreams.protocol;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class StreamFormatTest {

    @ParameterizedTest
    @CsvSource({
        "application/json, JSON",
        "APPLICATION/Json, JSON",
        "application/json;charset=utf-8, JSON",
        "' application/json ; charset=utf-8', JSON",
        "application/problem+json, BINARY",
        "application/ndjson, BINARY",
        "application/jsonx, BINARY",
        "text/plain, TEXT",
        "TEXT/HTML;charset=utf-8, TEXT",
        "text/event-stream, TEXT",
        "textual/plain, BINARY",
        "application/text, BINARY",
        "application/octet-stream, BINARY",
        "image/png, BINARY",
        "'', BINARY",
        "'  ', BINARY",
        ", BINARY",
        "nonsense, BINARY",
        "';', BINARY"
    })
    void theContentTypeDecidesWithoutItsParametersAndLetterCase(@Nullable String contentType, StreamFormat format) {
        assertThat(StreamFormat.of(contentType)).isEqualTo(format);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, Application/JSON; charset=utf-8, true",
        "text/plain, text/plain;a=b, true",
        "text/plain, text/html, false",
        "application/json, application/problem+json, false",
        ", application/octet-stream, true",
        "'', APPLICATION/OCTET-STREAM, true",
        ", , true",
        ", text/plain, false"
    })
    void typesAreTheSameByTypeAndSubtype(@Nullable String one, @Nullable String other, boolean same) {
        assertThat(StreamFormat.sameMediaType(one, other)).isEqualTo(same);
        assertThat(StreamFormat.sameMediaType(other, one)).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource({
        "text/event-stream, true",
        "Text/Event-Stream;charset=utf-8, true",
        "text/plain, false",
        "text/event-streams, false",
        ", false"
    })
    void knowsEventStreams(@Nullable String contentType, boolean eventStream) {
        assertThat(StreamFormat.isEventStream(contentType)).isEqualTo(eventStream);
    }

    @Test
    void theMetadataOfAStreamTellItsFormat() {
        StreamMetadata metadata = new StreamMetadata("text/plain;charset=utf-8", Offset.of("1"), false, null, null);

        assertThat(metadata.format()).isEqualTo(StreamFormat.TEXT);
    }

    @Test
    void joinsMessagesAsAnArrayOrOneAfterTheOther() {
        List<byte[]> messages = List.of(bytes("1"), bytes("23"), bytes("4"));

        assertThat(StreamFormat.JSON.join(messages)).asString(UTF_8).isEqualTo("[1,23,4]");
        assertThat(StreamFormat.TEXT.join(messages)).asString(UTF_8).isEqualTo("1234");
        assertThat(StreamFormat.BINARY.join(messages)).isEqualTo(bytes("1234"));
    }

    @Test
    void joinsNoMessagesAndEmptyOnes() {
        assertThat(StreamFormat.JSON.join(List.of())).asString(UTF_8).isEqualTo("[]");
        assertThat(StreamFormat.TEXT.join(List.of())).isEmpty();
        assertThat(StreamFormat.BINARY.join(List.of(bytes(""), bytes("1"), bytes(""))))
                .isEqualTo(bytes("1"));
    }

    @Test
    void aSingleMessageIsNotCopiedUnlessItIsJson() {
        byte[] message = bytes("1");

        assertThat(StreamFormat.BINARY.join(List.of(message))).isSameAs(message);
        assertThat(StreamFormat.JSON.join(List.of(message))).asString(UTF_8).isEqualTo("[1]");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
