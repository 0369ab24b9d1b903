package io.durablestreams.server;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A request that arrives between an answer and the end of its exchange: the connection is read on and keeps its idle
 * timeout. Reactor Netty before 1.3.8 lost both (reactor-netty#4361).
 */
@Tag("sockets")
class KeptConnectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

    private final Sinks.Empty<Void> finish = Sinks.empty();
    private final Socket socket = new Socket();
    private @Nullable DisposableServer server;

    private void connect(Duration idleTimeout) throws Exception {
        DisposableServer bound = DefaultDurableStreamServer.httpServer("127.0.0.1", 0, idleTimeout)
                .doOnChannelInit((observer, channel, remoteAddress) ->
                        channel.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, "noting", new Noting()))
                .handle(this::answer)
                .bindNow(PATIENCE);
        server = bound;
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress("127.0.0.1", bound.port()));
    }

    @AfterEach
    void close() throws Exception {
        socket.close();
        if (server != null) {
            server.disposeNow(PATIENCE);
        }
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        Mono<Void> answer = response.header("content-length", "0").sendHeaders().then();
        return request.uri().equals("/unfinished") ? answer.then(finish.asMono()) : answer;
    }

    /** Ends the exchange of the first request when the second request has arrived. */
    private final class Noting extends ChannelInboundHandlerAdapter {

        private int requests;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.fireChannelRead(message);
            if (message instanceof LastHttpContent && ++requests == 2) {
                finish.tryEmitEmpty();
            }
        }
    }

    @Test
    void aRequestAfterAnEarlyOneIsAnswered() throws Exception {
        connect(Duration.ofMinutes(1));
        sendAnEarlyRequest();

        send("GET /next");

        assertThat(received()).isEqualTo(ANSWER);
    }

    @Test
    void anIdleConnectionIsClosedAfterAnEarlyRequest() throws Exception {
        connect(Duration.ofSeconds(1));
        sendAnEarlyRequest();

        assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }

    private void sendAnEarlyRequest() throws Exception {
        send("GET /unfinished");
        assertThat(received()).isEqualTo(ANSWER);
        send("GET /early");
        assertThat(received()).isEqualTo(ANSWER);
    }

    private void send(String request) throws Exception {
        socket.getOutputStream()
                .write((request + " HTTP/1.1\r\nhost: localhost\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private String received() throws Exception {
        InputStream input = socket.getInputStream();
        return new String(input.readNBytes(ANSWER.length()), StandardCharsets.UTF_8);
    }
}
