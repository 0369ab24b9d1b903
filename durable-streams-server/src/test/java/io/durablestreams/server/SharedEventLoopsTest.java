package io.durablestreams.server;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import reactor.netty.http.HttpResources;
import reactor.netty.http.client.HttpClient;

import static org.assertj.core.api.Assertions.assertThat;

class SharedEventLoopsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Any application context that is closed ends them, and tests close many. */
    @Test
    void aServerOutlivesThem() {
        DurableStreamServer server = DurableStreamServer.builder().port(0).build();
        String url = server.start().block(PATIENCE).toString();
        try {
            HttpResources.disposeLoopsAndConnectionsLater(Duration.ZERO, PATIENCE)
                    .block(PATIENCE);

            assertThat(HttpClient.create()
                            .get()
                            .uri(url + "/absent")
                            .response()
                            .block(PATIENCE)
                            .status()
                            .code())
                    .isEqualTo(404);
        } finally {
            server.stop().block(PATIENCE);
        }
    }
}
