package io.durablestreams.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Flux;

import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.StreamFormat;

/**
 * A server of one stream that chooses by chance how much an answer holds, into which pieces it is cut, when more is
 * appended and where a connection breaks. It closes the stream in the end.
 */
final class ModelServer implements StreamTransport {

    private static final Map<StreamFormat, String> CONTENT_TYPES = Map.of(
            StreamFormat.JSON, "application/json",
            StreamFormat.TEXT, "text/plain",
            StreamFormat.BINARY, "application/octet-stream");

    private final StreamFormat format;
    private final List<byte[]> appends;
    private final Random random;
    private final double faults;
    private int visible;

    /**
     * Creates a server.
     *
     * @param format what the stream holds
     * @param appends what is appended over time; of a JSON stream, messages separated by commas
     * @param random the chance
     * @param faults how many of the answers break off, from 0 to below 1
     */
    ModelServer(StreamFormat format, List<byte[]> appends, Random random, double faults) {
        this.format = format;
        this.appends = appends;
        this.random = random;
        this.faults = faults;
        this.visible = random.nextInt(appends.size() + 1);
    }

    /** The number of appends before an offset. */
    static int position(String offset) {
        return offset.equals("-1") ? 0 : Integer.parseInt(offset.substring(1));
    }

    private static String offset(int position) {
        return String.format("o%06d", position);
    }

    @Override
    public <T> Flux<T> exchange(Request request, Function<Answer, Publisher<T>> handler) {
        return Flux.defer(() -> {
            Map<String, String> query = UriComponentsBuilder.fromUri(request.url())
                    .build()
                    .getQueryParams()
                    .toSingleValueMap();
            int from = position(query.get("offset"));
            if (random.nextDouble() < faults / 4) {
                return Flux.error(new TransportException(new IOException("reset"), true));
            }
            return Flux.from(handler.apply(answer(from, query.get("live"))));
        });
    }

    private Answer answer(int from, String live) {
        visible = Math.max(visible, from); // A reader of an earlier session has been there.
        if (live != null && from == visible) {
            visible = Math.min(appends.size(), visible + random.nextInt(3));
        }
        return "sse".equals(live) ? events(from) : content(from, live);
    }

    private boolean isEnd(int position) {
        return position == appends.size();
    }

    private Answer content(int from, String live) {
        HttpHeaders headers = new HttpHeaders();
        int to = from + random.nextInt(visible - from + 1);
        if (to == from && from < visible) {
            to++;
        }
        headers.set("Stream-Next-Offset", offset(to));
        if (to == visible) {
            headers.set("Stream-Up-To-Date", "true");
        }
        if (isEnd(to)) {
            headers.set("Stream-Closed", "true");
        }
        if (to == from && live != null) {
            return new Answer(204, headers, Flux.empty());
        }
        headers.set("Content-Type", CONTENT_TYPES.get(format));
        return new Answer(200, headers, pieces(body(from, to), false));
    }

    private byte[] body(int from, int to) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean json = format == StreamFormat.JSON;
        for (int i = from; i < to; i++) {
            if (json) {
                body.write(i == from ? '[' : ',');
            }
            body.writeBytes(appends.get(i));
        }
        if (json) {
            body.writeBytes((to == from ? "[]" : "]").getBytes(StandardCharsets.US_ASCII));
        }
        return body.toByteArray();
    }

    private Answer events(int from) {
        HttpHeaders headers = new HttpHeaders();
        headers.set("Content-Type", "text/event-stream");
        if (format == StreamFormat.BINARY) {
            headers.set("Stream-SSE-Data-Encoding", "base64");
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int position = from;
        control(body, position);
        while (position < visible) {
            data(body, body(position, position + 1));
            position++;
            if (position == visible || random.nextInt(3) > 0) {
                control(body, position);
            }
        }
        return new Answer(200, headers, pieces(body.toByteArray(), true));
    }

    private void data(ByteArrayOutputStream body, byte[] data) {
        body.writeBytes("event: data\ndata:".getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(format == StreamFormat.BINARY ? Base64.getEncoder().encode(data) : data);
        body.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
    }

    private void control(ByteArrayOutputStream body, int position) {
        String event = "event: control\ndata: {\"streamNextOffset\":\"" + offset(position) + "\""
                + (position == visible ? ",\"upToDate\":true" : "")
                + (isEnd(position) ? ",\"streamClosed\":true" : "")
                + "}\n\n";
        body.writeBytes(event.getBytes(StandardCharsets.US_ASCII));
    }

    /** Cuts a body into pieces, which may end early: with a failure, or, where that is allowed, as if all was well. */
    private Flux<DataBuffer> pieces(byte[] body, boolean mayEndEarly) {
        boolean breaks = random.nextDouble() < faults;
        int end = breaks ? random.nextInt(body.length + 1) : body.length;
        List<DataBuffer> pieces = new ArrayList<>();
        int largest = 1 + random.nextInt(60);
        for (int from = 0; from < end; ) {
            int to = Math.min(end, from + 1 + random.nextInt(largest));
            pieces.add(DefaultDataBufferFactory.sharedInstance.wrap(Arrays.copyOfRange(body, from, to)));
            from = to;
        }
        boolean clean = !breaks || mayEndEarly && random.nextBoolean();
        return Flux.fromIterable(pieces).concatWith(clean ? Flux.empty() : Flux.error(new IOException("cut")));
    }

    static List<LiveMode> liveModes() {
        return List.of(LiveMode.LONG_POLL, LiveMode.SSE, LiveMode.AUTO);
    }
}
