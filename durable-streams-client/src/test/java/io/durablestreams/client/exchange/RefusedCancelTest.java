package io.durablestreams.client.exchange;

import java.net.URI;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

import io.netty.channel.Channel;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.local.LocalChannel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpRequestDecorator;
import org.springframework.http.client.reactive.ClientHttpResponse;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.test.scheduler.VirtualTimeScheduler;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.fixture.FaultServer;
import io.durablestreams.protocol.StreamMetadata;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** Event loops that end at the very moment at which a request is given up. */
@Tag("sockets")
class RefusedCancelTest {

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    private final EventLoop ending = new DefaultEventLoop() {
        @Override
        public void execute(Runnable task) {
            throw new RejectedExecutionException("refused by the test");
        }
    };

    private final Channel channel = new LocalChannel() {
        @Override
        public EventLoop eventLoop() {
            return ending;
        }
    };

    /** Says of each request that it is sent by that loop. */
    private final class Connector implements ClientHttpConnector {

        private final ClientHttpConnector connector = new ReactorClientHttpConnector();

        @Override
        public Mono<ClientHttpResponse> connect(
                HttpMethod method, URI uri, Function<? super ClientHttpRequest, Mono<Void>> callback) {
            return connector.connect(
                    method,
                    uri,
                    request -> callback.apply(new ClientHttpRequestDecorator(request) {
                        @Override
                        @SuppressWarnings("unchecked")
                        public <T> T getNativeRequest() {
                            Connection connection = () -> channel;
                            return (T) connection;
                        }
                    }));
        }
    }

    @Test
    void theOutcomeIsToldAndTheConnectionIsClosed() throws Exception {
        CountDownLatch requested = new CountDownLatch(1);
        server.then(connection -> {
            connection.readRequest();
            requested.countDown();
            connection.awaitClose();
        });
        DurableStreamClient client = TestClients.in(new Timing(Clock.systemUTC(), time, () -> 0.5))
                .requestSettings(RequestSettings.DEFAULT.withMaxRetries(0))
                .webClient(WebClient.builder().clientConnector(new Connector()).build())
                .build();

        CompletableFuture<StreamMetadata> head =
                client.stream(server.url()).head().toFuture();
        assertThat(requested.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        time.advanceTimeBy(RequestSettings.DEFAULT.timeout());

        assertThat(head)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(TimeoutException.class);
        client.dispose();
    }
}
