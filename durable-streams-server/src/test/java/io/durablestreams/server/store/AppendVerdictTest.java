package io.durablestreams.server.store;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.ProducerState;
import io.durablestreams.protocol.producer.ProducerVerdict.Duplicate;
import io.durablestreams.protocol.producer.ProducerVerdict.Gap;
import io.durablestreams.protocol.producer.ProducerVerdict.RepeatedClose;
import io.durablestreams.protocol.producer.ProducerVerdict.StreamClosed;
import io.durablestreams.protocol.producer.StreamClosure;
import io.durablestreams.server.store.AppendVerdict.Accepted;
import io.durablestreams.server.store.AppendVerdict.AlreadyClosed;
import io.durablestreams.server.store.AppendVerdict.Closed;
import io.durablestreams.server.store.AppendVerdict.Malformed;
import io.durablestreams.server.store.AppendVerdict.NotNext;
import io.durablestreams.server.store.AppendVerdict.OtherContentType;
import io.durablestreams.server.store.AppendVerdict.SeqNotGreater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class AppendVerdictTest {

    private static final String JSON = "application/json";
    private static final ProducerSequence NEXT = new ProducerSequence("p", 0, 1);
    private static final ProducerSequence REPEATED = new ProducerSequence("p", 0, 0);
    private static final ProducerSequence LATE = new ProducerSequence("p", 0, 2);
    private static final ProducerState STATE = new ProducerState(0, 0);

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void checksInTheOrderOfTheProtocol(String name, AppendState state, StreamAppend append, AppendVerdict verdict) {
        assertThat(AppendVerdict.decide(state, append)).isEqualTo(verdict);
    }

    static Stream<Arguments> checksInTheOrderOfTheProtocol() {
        return Stream.concat(onOpenStreams(), onClosedStreams());
    }

    private static Stream<Arguments> onOpenStreams() {
        return Stream.of(
                arguments("a plain append", open(), append(JSON, "1"), new Accepted(null)),
                arguments("types without parameters", open(), append("Application/JSON; a=b", "1"), new Accepted(null)),
                arguments("the next of a producer", open(), append(JSON, "1").withProducer(NEXT), accepted()),
                arguments("a close without body", open(), closeOnly(), new Accepted(null)),
                arguments(
                        "a close with the wrong type",
                        open(),
                        append("text/x", "").withClose(),
                        new Accepted(null)),
                arguments("a producer's close", open(), closeOnly().withProducer(NEXT), accepted()),
                arguments("a greater sequence", open(), append(JSON, "1").withSeq("n"), new Accepted(null)),
                arguments(
                        "no body before anything of the producer",
                        open(),
                        append(JSON, "").withProducer(REPEATED),
                        new Malformed("An append needs a body, unless it closes the stream")),
                arguments(
                        "no type",
                        open(),
                        append(null, "1"),
                        new Malformed("An append with a body needs a Content-Type; the stream's is application/json")),
                arguments(
                        "a blank type",
                        open(),
                        append(" ", "1"),
                        new Malformed("An append with a body needs a Content-Type; the stream's is application/json")),
                arguments(
                        "another type before a duplicate",
                        open(),
                        append("text/plain", "1").withProducer(REPEATED),
                        new OtherContentType(JSON, "text/plain")),
                arguments(
                        "a duplicate before sequence and body",
                        open(),
                        append(JSON, "{").withProducer(REPEATED).withSeq("a"),
                        new NotNext(new Duplicate(STATE))),
                arguments(
                        "a gap before sequence and body",
                        open(),
                        append(JSON, "{").withProducer(LATE).withSeq("a"),
                        new NotNext(new Gap(1, 2))),
                arguments(
                        "an equal sequence before the body",
                        open(),
                        append(JSON, "{").withProducer(NEXT).withSeq("m"),
                        new SeqNotGreater("m", "m")),
                arguments(
                        "an array of nothing",
                        open(),
                        append(JSON, "[]"),
                        new Malformed("An empty JSON array holds no message to append")),
                arguments(
                        "an array of nothing that closes",
                        open(),
                        append(JSON, "[]").withClose(),
                        new Malformed("An empty JSON array holds no message to append")));
    }

    private static Stream<Arguments> onClosedStreams() {
        return Stream.of(
                arguments("closed", closed(null), append(JSON, "1"), new Closed()),
                arguments("closed before the type", closed(null), append("text/plain", "1"), new Closed()),
                arguments(
                        "closed, with body and close",
                        closed(null),
                        append(JSON, "1").withClose(),
                        new Closed()),
                arguments("closed again", closed(null), closeOnly(), new AlreadyClosed()),
                arguments("closed by a producer, closed again", closed(REPEATED), closeOnly(), new AlreadyClosed()),
                arguments(
                        "the closing append again, whatever its body",
                        closed(REPEATED),
                        append("text/plain", "other").withProducer(REPEATED).withClose(),
                        new NotNext(new RepeatedClose(REPEATED))),
                arguments(
                        "the closing append again, without a body",
                        closed(REPEATED),
                        closeOnly().withProducer(REPEATED),
                        new NotNext(new RepeatedClose(REPEATED))),
                arguments(
                        "a producer's close of a closed stream",
                        closed(null),
                        closeOnly().withProducer(NEXT),
                        new NotNext(new StreamClosed())),
                arguments(
                        "no body, not closing: the request is wrong first",
                        closed(null),
                        append(JSON, ""),
                        new Malformed("An append needs a body, unless it closes the stream")));
    }

    private static AppendState open() {
        return new AppendState(JSON, null, "m", STATE);
    }

    private static AppendState closed(@Nullable ProducerSequence by) {
        return new AppendState(JSON, new StreamClosure(by), "m", STATE);
    }

    private static StreamAppend append(@Nullable String contentType, String body) {
        return StreamAppend.of(AppendBody.of(contentType, body.getBytes(StandardCharsets.UTF_8)));
    }

    private static StreamAppend closeOnly() {
        return StreamAppend.of(AppendBody.NONE).withClose();
    }

    private static AppendVerdict accepted() {
        return new Accepted(new ProducerState(0, 1));
    }
}
