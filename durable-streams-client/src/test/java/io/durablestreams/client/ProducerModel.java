package io.durablestreams.client;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.ProducerState;
import io.durablestreams.protocol.producer.ProducerVerdict;

/** One JSON stream of numbers with one producer, as raw HTTP: what a request is answered with, and what is stored. */
final class ProducerModel {

    static final String BUSY = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";

    private static final Pattern MESSAGE = Pattern.compile("\\d+");

    private final List<Integer> stored = new ArrayList<>();
    private ProducerState state;

    /** The messages in the stream. */
    synchronized List<Integer> stored() {
        return List.copyOf(stored);
    }

    /** Does what a request asks for, and returns the answer. */
    synchronized String serve(String request) {
        ProducerSequence sequence = new ProducerSequence(
                header(request, "producer-id"),
                Long.parseLong(header(request, "producer-epoch")),
                Long.parseLong(header(request, "producer-seq")));
        ProducerVerdict verdict = ProducerVerdict.decide(state, null, sequence);
        if (verdict instanceof ProducerVerdict.Accepted accepted) {
            state = accepted.newState();
            MESSAGE.matcher(request.substring(request.indexOf("\r\n\r\n")))
                    .results()
                    .forEach(message -> stored.add(Integer.valueOf(message.group())));
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

    private static String header(String request, String name) {
        Matcher matcher = Pattern.compile("(?im)^" + name + ": *(\\S+)").matcher(request);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no " + name + " in " + request);
        }
        return matcher.group(1);
    }
}
