package io.durablestreams.client.producer;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

import io.durablestreams.client.exchange.StreamTransport.Request;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.producer.ClaimPolicy;
import io.durablestreams.protocol.producer.ProducerState;
import io.durablestreams.protocol.producer.ProducerVerdict;
import io.durablestreams.protocol.producer.StreamClosure;
import io.durablestreams.protocol.simulation.SimulatedLog;

/** Answers the requests of a producer from a {@link SimulatedLog}. Those of other incarnations carry no messages. */
public final class SimulatedStream {

    private final ProducerPlan plan;
    private final SplittableRandom random;
    private final SimulatedMessages messages;
    private final SimulatedLog log;

    private boolean confused;

    /** What the server answers, and whether it has stored something. */
    record Reply(int status, HttpHeaders headers, boolean hasStored) {

        Reply with(String header, Object value) {
            headers.set(header, value.toString());
            return this;
        }
    }

    /**
     * Creates an empty stream.
     *
     * @param messages those of the producer under test
     */
    SimulatedStream(ProducerPlan plan, SplittableRandom random, SimulatedMessages messages) {
        this.plan = plan;
        this.random = random;
        this.messages = messages;
        this.log = new SimulatedLog(random, ProducerSimulation.PRODUCER_ID, null);
    }

    SimulatedLog log() {
        return log;
    }

    boolean isClosedByProducer() {
        return log.closure() != null && log.closure() != StreamClosure.PLAIN;
    }

    /** Whether the producer may have taken the append of another one, under an epoch that they share, for its own. */
    boolean isConfused() {
        return confused;
    }

    /** The offset behind an append, or null if it is not stored. */
    @Nullable
    String offsetBehind(ProducerSequence sequence) {
        Integer end = log.endOf(sequence);
        return end == null ? null : offset(end);
    }

    private static String offset(long end) {
        return String.format("%016d", end);
    }

    /**
     * Answers a request.
     *
     * @param refuses whether a request is refused for good that would be granted otherwise, as another one may not be
     */
    Reply serve(Request request, Predicate<Request> refuses) {
        if (request.method() == HttpMethod.HEAD) {
            return tail(reply(200, false)).with(StreamHeaders.CONTENT_TYPE, plan.contentType());
        }
        String body = body(request);
        Reply refusal = refusal(request, body, refuses);
        // Size limits and access rules are often looked at before anything else.
        if (refusal != null && random.nextBoolean()) {
            return refusal;
        }
        ProducerSequence sequence = sequence(request);
        ProducerVerdict verdict = log.decide(sequence);
        if (verdict instanceof ProducerVerdict.Accepted accepted) {
            return refusal != null ? refusal : accept(request, body, sequence, accepted.newState());
        }
        return notNext(verdict, sequence);
    }

    private Reply accept(Request request, String body, ProducerSequence sequence, ProducerState newState) {
        List<Integer> numbers = SimulatedMessage.numbersIn(body);
        log.append(numbers, sequence, newState);
        numbers.forEach(messages::stored);
        boolean closes = isTrue(request, StreamHeaders.STREAM_CLOSED);
        if (closes) {
            log.close(new StreamClosure(sequence));
        }
        return tail(numbers(reply(closes && body.isEmpty() ? 204 : 200, true), newState));
    }

    private Reply notNext(ProducerVerdict verdict, ProducerSequence sequence) {
        if (verdict instanceof ProducerVerdict.Duplicate duplicate) {
            confused |= plan.settings().incarnation().onFenced() != ClaimPolicy.CLAIM
                    && sequence.seq() == 0
                    && log.holds(SimulatedLog.OTHERS, sequence);
            return numbers(reply(204, false), duplicate.state());
        }
        if (verdict instanceof ProducerVerdict.Gap gap) {
            return reply(409, false)
                    .with(StreamHeaders.PRODUCER_EXPECTED_SEQ, gap.expectedSeq())
                    .with(StreamHeaders.PRODUCER_RECEIVED_SEQ, gap.receivedSeq());
        }
        if (verdict instanceof ProducerVerdict.StaleEpoch stale) {
            return reply(403, false).with(StreamHeaders.PRODUCER_EPOCH, stale.currentEpoch());
        }
        if (verdict instanceof ProducerVerdict.RepeatedClose repeated) {
            ProducerSequence by = repeated.closedBy();
            return tail(numbers(reply(204, false), new ProducerState(by.epoch(), by.seq())));
        }
        return verdict instanceof ProducerVerdict.StreamClosed ? tail(reply(409, false)) : reply(400, false);
    }

    private @Nullable Reply refusal(Request request, String body, Predicate<Request> refuses) {
        if (body.length() > plan.server().sizeLimit()) {
            return reply(413, false);
        }
        boolean bad = SimulatedMessage.numbersIn(body).stream()
                .anyMatch(number -> messages.get(number).isBad());
        if (bad) {
            return reply(400, false);
        }
        return refuses.test(request) ? reply(random.nextBoolean() ? 401 : 400, false) : null;
    }

    /** Returns the body of a request, which must hold exactly the messages that it names. */
    private String body(Request request) {
        String text = SimulatedNetwork.text(request);
        List<String> parts = SimulatedMessage.numbersIn(text).stream()
                .map(number -> messages.get(number).bytes())
                .toList();
        boolean json = plan.format() == StreamFormat.JSON && !text.isEmpty();
        String expected = json ? "[" + String.join(",", parts) + "]" : String.join("", parts);
        if (!text.equals(expected)) {
            throw new AssertionError("the body of a request is " + text + " instead of " + expected);
        }
        return text;
    }

    public static ProducerSequence sequence(Request request) {
        return new ProducerSequence(
                String.valueOf(request.headers().getFirst(StreamHeaders.PRODUCER_ID)),
                number(request, StreamHeaders.PRODUCER_EPOCH),
                number(request, StreamHeaders.PRODUCER_SEQ));
    }

    private static long number(Request request, String header) {
        return Long.parseLong(String.valueOf(request.headers().getFirst(header)));
    }

    private static boolean isTrue(Request request, String header) {
        return StreamHeaders.TRUE.equals(request.headers().getFirst(header));
    }

    private static Reply reply(int status, boolean hasStored) {
        return new Reply(status, new HttpHeaders(), hasStored);
    }

    private static Reply numbers(Reply reply, ProducerState numbers) {
        return reply.with(StreamHeaders.PRODUCER_EPOCH, numbers.epoch())
                .with(StreamHeaders.PRODUCER_SEQ, numbers.lastSeq());
    }

    private Reply tail(Reply reply) {
        reply.with(StreamHeaders.STREAM_NEXT_OFFSET, offset(log.messages().size()));
        return log.closure() == null ? reply : reply.with(StreamHeaders.STREAM_CLOSED, StreamHeaders.TRUE);
    }
}
