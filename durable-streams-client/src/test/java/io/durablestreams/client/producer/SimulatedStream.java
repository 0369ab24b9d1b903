package io.durablestreams.client.producer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/**
 * One stream of a server that follows {@link ProducerVerdict}, as one producer id sees it. Requests of the producer under
 * test carry messages with numbers in the order of acceptance; those of other incarnations carry none. The server may
 * lose what it knows of the producer, but never what it stored.
 */
public final class SimulatedStream {

    /** Stands for a message of another incarnation. */
    static final int OTHERS = -1;

    private final ProducerPlan plan;
    private final SplittableRandom random;
    private final SimulatedMessages messages;
    private final List<Stored> log = new ArrayList<>();
    private final Map<ProducerSequence, Long> offsets = new HashMap<>();
    private final Set<Stored> stored = new HashSet<>();
    private final List<ProducerState> history = new ArrayList<>();
    private final Map<Long, Integer> lastOfEpoch = new HashMap<>();

    private @Nullable ProducerState state;
    private @Nullable StreamClosure closure;
    private long highestEpoch = -1;
    private long epochOfOthers = -1;
    private boolean stateLost;
    private boolean confused;

    /** A message in the stream. */
    record Stored(int message, ProducerSequence sequence) {}

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
    }

    List<Stored> log() {
        return log;
    }

    boolean isClosed() {
        return closure != null;
    }

    boolean isClosedByProducer() {
        return closure != null && closure != StreamClosure.PLAIN;
    }

    boolean hasLostState() {
        return stateLost;
    }

    /** The highest epoch that others have stored something under, or -1. */
    long epochOfOthers() {
        return epochOfOthers;
    }

    /** Whether the producer may have taken the append of another one, under an epoch that they share, for its own. */
    boolean isConfused() {
        return confused;
    }

    boolean holds(int message, ProducerSequence sequence) {
        return stored.contains(new Stored(message, sequence));
    }

    /** The offset behind an append, or null if it is not stored. */
    @Nullable
    String offsetBehind(ProducerSequence sequence) {
        Long end = offsets.get(sequence);
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
        ProducerVerdict verdict = ProducerVerdict.decide(state, closure, sequence);
        if (verdict instanceof ProducerVerdict.Accepted accepted) {
            return refusal != null ? refusal : accept(request, body, sequence, accepted.newState());
        }
        return notNext(verdict, sequence);
    }

    private Reply accept(Request request, String body, ProducerSequence sequence, ProducerState newState) {
        SimulatedMessage.numbersIn(body).forEach(message -> store(message, sequence));
        accepted(sequence, newState);
        boolean closes = isTrue(request, StreamHeaders.STREAM_CLOSED);
        if (closes) {
            closure = new StreamClosure(sequence);
        }
        return tail(numbers(reply(closes && body.isEmpty() ? 204 : 200, true), newState));
    }

    private void accepted(ProducerSequence sequence, ProducerState newState) {
        highestEpoch = Math.max(highestEpoch, sequence.epoch());
        offsets.put(sequence, (long) log.size());
        history.add(newState);
        state = newState;
    }

    /** Within an epoch, each message is stored at most once and in the order of acceptance. */
    private void store(int message, ProducerSequence sequence) {
        Integer before = lastOfEpoch.put(sequence.epoch(), message);
        if (before != null && before >= message) {
            throw new AssertionError("message " + message + " is stored as " + sequence + " behind message " + before);
        }
        messages.stored(message);
        stored.add(new Stored(message, sequence));
        log.add(new Stored(message, sequence));
    }

    private Reply notNext(ProducerVerdict verdict, ProducerSequence sequence) {
        if (verdict instanceof ProducerVerdict.Duplicate duplicate) {
            confused |= plan.settings().incarnation().onFenced() != ClaimPolicy.CLAIM
                    && sequence.seq() == 0
                    && holds(OTHERS, sequence);
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
        reply.with(StreamHeaders.STREAM_NEXT_OFFSET, offset(log.size()));
        return closure == null ? reply : reply.with(StreamHeaders.STREAM_CLOSED, StreamHeaders.TRUE);
    }

    // What others do.

    /** Another incarnation claims an epoch above all that were ever used and writes under it. */
    void takeOver() {
        if (closure != null) {
            return;
        }
        highestEpoch += 1 + random.nextInt(2);
        epochOfOthers = highestEpoch;
        int count = 1 + random.nextInt(3);
        for (int seq = 0; seq < count; seq++) {
            ProducerSequence sequence = new ProducerSequence(ProducerSimulation.PRODUCER_ID, epochOfOthers, seq);
            log.add(new Stored(OTHERS, sequence));
            stored.add(new Stored(OTHERS, sequence));
            accepted(sequence, new ProducerState(epochOfOthers, seq));
        }
    }

    void close() {
        closure = closure == null ? StreamClosure.PLAIN : closure;
    }

    /** Forgets the producer, or falls back to what it knew once. Nothing can be told about repetitions from then on. */
    void loseState() {
        int left = random.nextInt(3) == 0 ? 0 : random.nextInt(history.size() + 1);
        history.subList(left, history.size()).clear();
        state = left == 0 ? null : history.get(left - 1);
        stateLost = true;
        lastOfEpoch.clear();
    }
}
