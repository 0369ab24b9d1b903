package io.durablestreams.client.producer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import io.durablestreams.client.fixture.RawRequest;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.ProducerState;
import io.durablestreams.protocol.producer.ProducerVerdict;

/** One JSON stream of numbers with one producer, as raw HTTP: what a request is answered with, and what is stored. */
public final class ProducerModel {

    static final String BUSY = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

    private static final Pattern MESSAGE = Pattern.compile("\\d+");

    private final List<Integer> stored = new ArrayList<>();
    private ProducerState state;

    /** The messages in the stream. */
    public synchronized List<Integer> stored() {
        return List.copyOf(stored);
    }

    /** Forgets the producer, but not what it has stored. */
    synchronized void forget() {
        state = null;
    }

    /** Does what a request asks for, and returns the answer. */
    public synchronized String serve(String text) {
        RawRequest request = new RawRequest(text);
        ProducerSequence sequence = new ProducerSequence(
                request.header("producer-id"),
                Long.parseLong(request.header("producer-epoch")),
                Long.parseLong(request.header("producer-seq")));
        ProducerVerdict verdict = ProducerVerdict.decide(state, null, sequence);
        if (verdict instanceof ProducerVerdict.Accepted accepted) {
            state = accepted.newState();
            MESSAGE.matcher(request.body()).results().forEach(message -> stored.add(Integer.valueOf(message.group())));
            return answer("200 OK", "Stream-Next-Offset: o" + stored.size(), numbers());
        }
        if (verdict instanceof ProducerVerdict.Duplicate) {
            return answer("204 No Content", numbers());
        }
        if (verdict instanceof ProducerVerdict.Gap gap) {
            return answer(
                    "409 Conflict",
                    "Producer-Expected-Seq: " + gap.expectedSeq(),
                    "Producer-Received-Seq: " + gap.receivedSeq());
        }
        if (verdict instanceof ProducerVerdict.StaleEpoch stale) {
            return answer("403 Forbidden", "Producer-Epoch: " + stale.currentEpoch());
        }
        return answer("400 Bad Request");
    }

    private String numbers() {
        return "Producer-Epoch: " + state.epoch() + "\r\nProducer-Seq: " + state.lastSeq();
    }

    private static String answer(String status, String... headers) {
        String length = status.startsWith("204") ? "" : "Content-Length: 0\r\n";
        String all = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return "HTTP/1.1 " + status + "\r\n" + length + all + "\r\n";
    }
}
