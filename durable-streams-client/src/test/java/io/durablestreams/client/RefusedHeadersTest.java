package io.durablestreams.client;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static io.durablestreams.client.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Headers that cannot be sent are refused where they are given. */
class RefusedHeadersTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    @Test
    void refusesWhatNoHeaderCanCarry() {
        DurableStream stream = server.newStream(StreamSpec.json());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.producer("中国"))
                .withMessageContaining("中国");
        assertThatIllegalArgumentException().isThrownBy(() -> stream.append(1, "a\nb"));
        assertThatIllegalArgumentException().isThrownBy(() -> StreamSpec.of("text/plain\r\nX: y"));
        assertThatIllegalArgumentException().isThrownBy(() -> stream.withContentType(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.client().mutate().header("a b", "x"))
                .withMessageContaining("'a b'");
        assertThatIllegalArgumentException().isThrownBy(() -> RequestChanges.NONE.withHeader("a:b", "x"));
    }

    @Test
    void refusesHeadersWithoutShowingWhatMayBeASecret() {
        DurableStream stream = server.newStream(StreamSpec.json());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> server.client().mutate().header("X", "secret\n"))
                .withMessageContaining("'X'")
                .withMessageNotContaining("secret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestChanges.NONE.withHeader("X", "secret\n"))
                .withMessageContaining("'X'")
                .withMessageNotContaining("secret");
        assertThatThrownBy(() -> server.client().mutate().header("X", () -> "secret\n").build().stream(stream.url())
                        .head()
                        .block(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("'X'")
                .hasMessageNotContaining("secret");
    }
}
