package io.durablestreams.server;

import java.time.Duration;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpConnectionLiveness;
import reactor.netty.http.IdleTimeoutHandler;
import reactor.netty.http.server.HttpServer;

/**
 * Lets a connection read on once all its requests are answered, and gives it up when no other request comes.
 *
 * <p>Reactor Netty before 1.3.8 does so itself, but not always (reactor-netty#4361): when a request comes while the one
 * before is answered but not quite finished, as happens with answers that other threads give, and is then answered at
 * once, the connection reads nothing any more, and has no limit to its idleness. Its next request is never seen, and its
 * client waits in vain.
 */
final class KeepAliveReads extends ChannelDuplexHandler {

    private final Duration idleTimeout;

    private int unanswered;
    private boolean informational;

    private KeepAliveReads(Duration idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    /** Returns the server with this on all its connections, each of which may be without a request for some time. */
    static HttpServer on(HttpServer server, Duration idleTimeout) {
        return server.idleTimeout(idleTimeout)
                .doOnChannelInit((observer, channel, remoteAddress) -> addTo(channel, idleTimeout));
    }

    private static void addTo(Channel channel, Duration idleTimeout) {
        channel.pipeline()
                .addBefore(
                        NettyPipeline.HttpTrafficHandler,
                        KeepAliveReads.class.getSimpleName(),
                        new KeepAliveReads(idleTimeout));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest) {
            unanswered++;
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        boolean last = message instanceof LastHttpContent && !informational;
        context.write(message, last ? promise.unvoid().addListener(written -> answered(context)) : promise);
    }

    /** The client has taken an answer, or never will. */
    private void answered(ChannelHandlerContext context) {
        unanswered--;
        context.executor().execute(() -> readOn(context));
    }

    /** Not while a request is left, which reads on for itself. */
    private void readOn(ChannelHandlerContext context) {
        if (unanswered == 0 && context.channel().isActive()) {
            IdleTimeoutHandler.addIdleTimeoutHandler(context.pipeline(), idleTimeout, HttpConnectionLiveness.CLOSE);
            context.read();
        }
    }
}
