package io.durablestreams.conformance;

import java.util.LinkedHashMap;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/**
 * Something that the reference server does wrong on purpose, once unless told otherwise. A stream has one fault at a
 * time: a new one replaces the one before.
 */
record Fault(Map<String, Object> fields) {

    /** Answers with this status, without doing what was asked for. */
    static Fault status(int status) {
        return of("status", status);
    }

    /** Closes the connection without an answer, and without doing what was asked for. */
    static Fault droppedConnection() {
        return of("dropConnection", true);
    }

    /** Waits up to twice as long, and then does what was asked for. */
    static Fault delayOf(int millis) {
        return of("delayMs", millis).with("jitterMs", millis);
    }

    /** Ends the body after some bytes, with nothing else telling that it is not complete. */
    static Fault bodyCutAfter(int bytes) {
        return of("truncateBodyBytes", bytes);
    }

    /** Overwrites the first bytes of the body, and some others. */
    static Fault corruptBody() {
        return of("corruptBody", true);
    }

    /** Sends an event before all others. */
    static Fault sseEvent(String type, String data) {
        return of("injectSseEvent", Map.of("eventType", type, "data", data));
    }

    Fault retryAfterSeconds(int seconds) {
        return with("retryAfter", seconds);
    }

    Fault times(int count) {
        return with("count", count);
    }

    /** Hits this share of all requests from now on. */
    Fault withProbability(double probability) {
        return with("probability", probability).times(Integer.MAX_VALUE);
    }

    Fault on(String method) {
        return with("method", method);
    }

    String toJson(String path) {
        return JsonMapper.shared().writeValueAsString(with("path", path).fields());
    }

    private static Fault of(String name, Object value) {
        return new Fault(Map.of(name, value));
    }

    private Fault with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return new Fault(more);
    }

    @Override
    public String toString() {
        return fields.toString();
    }
}
