package io.durablestreams.server;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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

/** The connections of the server, with an answer that is out before its request is finished, as other threads give them. */
@Tag("sockets")
class KeepAliveReadsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

    private final Sinks.Empty<Void> finish = Sinks.empty();
    private final DisposableServer server = DefaultDurableStreamServer.httpServer("127.0.0.1", 0)
            .doOnChannelInit((observer, channel, remoteAddress) ->
                    channel.pipeline().addBefore(NettyPipeline.HttpTrafficHandler, "noting", new Noting()))
            .handle(this::answer)
            .bindNow(PATIENCE);
    private final Socket socket = new Socket();

    @BeforeEach
    void connect() throws Exception {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
    }

    @AfterEach
    void close() throws Exception {
        socket.close();
        server.disposeNow(PATIENCE);
    }

    private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
        Mono<Void> answer = response.header("content-length", "0").sendHeaders().then();
        return request.uri().equals("/unfinished") ? answer.then(finish.asMono()) : answer;
    }

    /** Finishes the first request when the next one is there. */
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
    void aRequestAfterOneThatCameBeforeTheLastWasFinishedIsAnswered() throws Exception {
        send("GET /unfinished");
        assertThat(received()).isEqualTo(ANSWER);
        send("GET /early");
        assertThat(received()).isEqualTo(ANSWER);

        send("GET /next");

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
