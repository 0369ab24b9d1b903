package io.durablestreams.client.exchange;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;

/**
 * Passes exactly one response to each request on an HTTP/1.1 connection. On its own, Reactor Netty passes the next
 * response on the connection to a request, even an informational one, and then reuses the connection.
 *
 * <ul>
 *   <li>Informational responses are dropped, and the connection is read until the final response arrives (RFC 9110
 *       §15.2).
 *   <li>101 is passed on as the final response, because no request asks for another protocol. Its connection is closed.
 *   <li>Data without a request closes the connection (RFC 9112 §9.2).
 *   <li>Two final responses that are read together fail the request, because either may be a late response to an
 *       earlier request. The connection is closed.
 *   <li>Other data after a final response does not change its meaning. The connection is closed.
 *   <li>After a response that arrives before the whole request is written, the connection is closed.
 *   <li>A head or a body that cannot be decoded fails the request with an {@link IllegibleAnswerException}.
 * </ul>
 *
 * <p>The end of a response is held back until everything that was read with it is decoded. The end returns the
 * connection to the pool, which may send the next request immediately.
 */
final class OneAnswerPerRequest extends ChannelDuplexHandler {

    private static final Logger log = LoggerFactory.getLogger(OneAnswerPerRequest.class);
    private static final String NAME = "durable-streams.oneAnswerPerRequest";
    private static final String START = "durable-streams.answerStart";

    private final AnswerStart start;
    private boolean awaiting;
    private int unwritten;
    private boolean skipping;
    private @Nullable LastHttpContent heldEnd;
    private boolean closed;

    private OneAnswerPerRequest(AnswerStart start) {
        this.start = start;
    }

    /**
     * Adds the handler to an HTTP/1.1 channel, unless the channel already has it. HTTP/2 has a stream for each request.
     */
    static void addTo(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(NettyPipeline.HttpCodec) instanceof HttpClientCodec && pipeline.get(NAME) == null) {
            AnswerStart start = new AnswerStart();
            pipeline.addBefore(NettyPipeline.HttpCodec, START, start);
            pipeline.addAfter(NettyPipeline.HttpCodec, NAME, new OneAnswerPerRequest(start));
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ChannelPromise written = promise.unvoid();
        if (message instanceof HttpRequest) {
            awaiting = true;
            start.expect();
            unwritten++;
        }
        if (message instanceof LastHttpContent) {
            written.addListener(done -> unwritten--);
        }
        context.write(message, written);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (closed) {
            ReferenceCountUtil.release(message);
        } else if (!awaiting) {
            close(context, message, "data without a request");
        } else if (heldEnd != null) {
            afterTheEnd(context, message);
        } else if (isInterim(message)) {
            skipping = !(message instanceof LastHttpContent);
            skip(context, message);
        } else if (skipping && message instanceof LastHttpContent) {
            skipping = false;
            skip(context, message);
        } else {
            pass(context, message);
        }
    }

    private static boolean isInterim(Object message) {
        return isAnswer(message)
                && statusOf(message).codeClass() == HttpStatusClass.INFORMATIONAL
                && !isSwitch(message);
    }

    private static boolean isSwitch(Object message) {
        return isAnswer(message) && statusOf(message).code() == HttpResponseStatus.SWITCHING_PROTOCOLS.code();
    }

    private static boolean isAnswer(Object message) {
        return message instanceof HttpResponse response
                && response.decoderResult().isSuccess();
    }

    private static HttpResponseStatus statusOf(Object message) {
        return ((HttpResponse) message).status();
    }

    private static void skip(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
        // Without automatic reads, Reactor Netty continues to read only after a message that it receives.
        context.read();
    }

    private void pass(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse answer) {
            explain(answer, IllegibleAnswerException.of(answer));
        } else if (message instanceof HttpContent part) {
            explain(part, IllegibleAnswerException.of(part));
        }
        if (isSwitch(message)) {
            keepOutOfThePool(context);
        }
        if (message instanceof LastHttpContent end && !(message instanceof HttpResponse)) {
            heldEnd = end;
        } else {
            context.fireChannelRead(message);
        }
    }

    /** Reactor Netty fails the request with the reason why its answer could not be decoded. */
    private static void explain(HttpObject part, @Nullable IllegibleAnswerException illegible) {
        if (illegible != null) {
            part.setDecoderResult(DecoderResult.failure(illegible));
        }
    }

    private void afterTheEnd(ChannelHandlerContext context, Object message) {
        if (isAnswer(message) && !isInterim(message)) {
            close(context, message, "two answers to one request");
            ReferenceCountUtil.release(heldEnd);
            heldEnd = null;
            context.fireExceptionCaught(new TwoAnswersException());
        } else {
            keepOutOfThePool(context);
            ReferenceCountUtil.release(message);
        }
    }

    private void close(ChannelHandlerContext context, Object message, String reason) {
        log.debug("Closing {}: {}", context.channel(), reason);
        closed = true;
        ReferenceCountUtil.release(message);
        context.close();
    }

    private static void keepOutOfThePool(ChannelHandlerContext context) {
        Connection.from(context.channel()).markPersistent(false);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        deliverEnd(context);
        context.fireChannelReadComplete();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        deliverEnd(context);
        context.fireChannelInactive();
    }

    private void deliverEnd(ChannelHandlerContext context) {
        LastHttpContent end = heldEnd;
        if (end == null) {
            return;
        }
        heldEnd = null;
        awaiting = false;
        if (unwritten > 0) {
            keepOutOfThePool(context);
        }
        context.fireChannelRead(end);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ReferenceCountUtil.release(heldEnd);
        heldEnd = null;
    }
}
