package io.durablestreams.client.exchange;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Fails a request at the first bytes of an answer that is not HTTP. Netty's codec would wait for the end of the first
 * line, and report a connection that ends before it as one without an answer.
 */
final class AnswerStart extends ChannelInboundHandlerAdapter {

    private static final byte[] HTTP = "HTTP/".getBytes(StandardCharsets.US_ASCII);
    private static final String BLANKS = "\r\n\t ";
    private static final int EXCERPT_BYTES = 40;

    private int matched = HTTP.length;

    /** A request is sent, and its answer is expected. */
    void expect() {
        matched = 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (matched < HTTP.length && message instanceof ByteBuf bytes && !begins(bytes)) {
            matched = HTTP.length;
            int length = Math.min(EXCERPT_BYTES, bytes.readableBytes());
            String excerpt = bytes.toString(bytes.readerIndex(), length, StandardCharsets.US_ASCII);
            ReferenceCountUtil.release(message);
            context.fireExceptionCaught(IllegibleAnswerException.notHttp(excerpt));
            context.close();
        } else {
            context.fireChannelRead(message);
        }
    }

    /** Returns whether the bytes continue the beginning of an answer. White space before it is ignored, as by the codec. */
    private boolean begins(ByteBuf bytes) {
        for (int i = bytes.readerIndex(); i < bytes.writerIndex() && matched < HTTP.length; i++) {
            int next = Character.toUpperCase(bytes.getByte(i) & 0xff);
            if (next == HTTP[matched]) {
                matched++;
            } else if (matched > 0 || BLANKS.indexOf(next) < 0) {
                return false;
            }
        }
        return true;
    }
}
