package io.durablestreams.client.exchange;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.client.reader.RequestChanges;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
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

    static Stream<ClientHttpConnector> connectors() {
        return Stream.of(new ReactorClientHttpConnector(), new JdkClientHttpConnector());
    }

    @ParameterizedTest
    @MethodSource("connectors")
    void refusesAtOnceWhatAFilterAdds(ClientHttpConnector connector) {
        assertRefused(connector, "a b", "secret", "'a b'");
        assertRefused(connector, "X", "secret\r\nY: z", "'X'");
    }

    private static void assertRefused(ClientHttpConnector connector, String name, String value, String named) {
        AtomicInteger attempts = new AtomicInteger();
        WebClient adding = WebClient.builder()
                .clientConnector(connector)
                .filter((request, next) -> {
                    attempts.incrementAndGet();
                    return next.exchange(
                            ClientRequest.from(request).header(name, value).build());
                })
                .build();
        DurableStream stream = server.client().mutate().webClient(adding).build().stream("refused")
                .withContentType("text/plain");

        assertThatThrownBy(() -> stream.head().block(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("cannot be made")
                .hasMessageContaining(named)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> stream.append("x").block(PATIENCE)).isInstanceOf(StreamRequestException.class);
        assertThatThrownBy(() -> stream.reader(String.class).collect().block(PATIENCE))
                .isInstanceOf(StreamRequestException.class);
        assertThatThrownBy(() -> stream.producer("p").send("x").block(PATIENCE))
                .isInstanceOf(StreamRequestException.class);
        assertThat(attempts).hasValue(4);
    }
}
