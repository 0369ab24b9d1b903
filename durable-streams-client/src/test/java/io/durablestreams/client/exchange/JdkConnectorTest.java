package io.durablestreams.client.exchange;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.fixture.RunningServer;
import io.durablestreams.protocol.LiveMode;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** The client over another HTTP client than Reactor Netty's. */
class JdkConnectorTest {

    @RegisterExtension
    static final RunningServer server = new RunningServer();

    private final WebClient jdk =
            WebClient.builder().clientConnector(new JdkClientHttpConnector()).build();
    private final DurableStreamClient client =
            server.client().mutate().webClient(jdk).liveWebClient(jdk).build();

    /** Many times over the same connections: what is left on one by a request without a body spoils the next. */
    @Test
    void writesAndReads() {
        for (int i = 0; i < 50; i++) {
            DurableStream stream = client.stream("jdk/" + i);
            stream.create(StreamSpec.json()).block(PATIENCE);
            stream.append(i).block(PATIENCE);
            stream.closeStream().block(PATIENCE);

            assertThat(stream.reader(Integer.class)
                            .live(LiveMode.SSE)
                            .items()
                            .collectList()
                            .block(PATIENCE))
                    .isEqualTo(List.of(i));
            stream.delete().block(PATIENCE);
        }
    }
}
