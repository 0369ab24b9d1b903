package io.durablestreams.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Lets a connection read on once all its requests are answered.
 *
 * <p>Reactor Netty before 1.3.8 does so itself, but not always (reactor-netty#4361): when a request comes while the one
 * before is answered but not quite finished, as happens with answers that other threads give, and is then answered at
 * once, the connection reads nothing any more. Its next request is never seen, and its client waits in vain.
 */
final class KeepAliveReads extends ChannelDuplexHandler {

    private int unanswered;
    private boolean informational;

    private KeepAliveReads() {}

    /** Returns the server with this on all its connections. */
    static HttpServer on(HttpServer server) {
        return server.doOnChannelInit((observer, channel, remoteAddress) -> addTo(channel));
    }

    private static void addTo(Channel channel) {
        channel.pipeline()
                .addBefore(
                        NettyPipeline.HttpTrafficHandler, KeepAliveReads.class.getSimpleName(), new KeepAliveReads());
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
        context.write(message, promise);
        if (message instanceof HttpResponse response) {
            informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        }
        if (message instanceof LastHttpContent && !informational) {
            unanswered--;
            context.executor().execute(() -> readOn(context));
        }
    }

    /** Not while requests are left: whoever sends without end is read as fast as it is answered. */
    private void readOn(ChannelHandlerContext context) {
        if (unanswered == 0) {
            context.read();
        }
    }
}
