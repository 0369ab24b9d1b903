package io.durablestreams.client.error;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;

import org.junit.jupiter.api.Test;

import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.RawJson;

import static org.assertj.core.api.Assertions.assertThat;

/** Exceptions that another JVM reads, for example of a job that runs remotely. */
class SerializedExceptionsTest {

    private static final Failure FAILURE =
            Failure.of(StreamOperation.READ, URI.create("http://localhost/stream"), "of the test");

    private static Object readAgain(Object written) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(written);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return in.readObject();
        }
    }

    @Test
    void keepTheMessageThatCouldNotBeRead() throws Exception {
        UnreadableMessageException.Message message =
                new UnreadableMessageException.Message(RawJson.of("\"x\""), Offset.of("a"), 3, Offset.of("b"));

        UnreadableMessageException read =
                (UnreadableMessageException) readAgain(new UnreadableMessageException(FAILURE, message));

        assertThat(read.content()).isEqualTo(message.content());
        assertThat(read.offset()).isEqualTo(message.offset());
        assertThat(read.index()).isEqualTo(3);
        assertThat(read.nextOffset()).isEqualTo(message.nextOffset());
        assertThat(read).hasMessageContaining("of the test");
    }

    @Test
    void keepTheEndOfTheStream() throws Exception {
        StreamClosedException closed = new StreamClosedException(FAILURE, Offset.of("a"));

        assertThat(((StreamClosedException) readAgain(closed)).finalOffset()).isEqualTo(Offset.of("a"));
        assertThat(((StreamClosedException) readAgain(new StreamClosedException(FAILURE, null))).finalOffset())
                .isNull();
    }
}
