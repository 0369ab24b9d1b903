package io.durablestreams.benchmarks;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.protocol.RawJson;

/**
 * The same messages in three forms, so that no measurement has to make them.
 *
 * @param events as objects
 * @param serialised each by itself
 * @param batches as the bodies of requests
 */
record PrebuiltMessages(List<Event> events, List<RawJson> serialised, List<byte[]> batches) {

    static PrebuiltMessages of(int count, int maxBatchBytes) {
        List<Event> events = IntStream.range(0, count).mapToObj(Event::number).toList();
        List<RawJson> serialised = events.stream()
                .map(event -> new RawJson(JsonMapper.shared().writeValueAsBytes(event)))
                .toList();
        List<byte[]> batches = batches(serialised, maxBatchBytes);
        System.gc(); // Otherwise, a collection could move them during the measurement.
        return new PrebuiltMessages(events, serialised, batches);
    }

    int count() {
        return events.size();
    }

    List<byte[]> bytes() {
        return serialised.stream().map(RawJson::bytes).toList();
    }

    long serialisedBytes() {
        return serialised.stream().mapToLong(message -> message.bytes().length).sum();
    }

    private static List<byte[]> batches(List<RawJson> messages, int maxBatchBytes) {
        List<byte[]> batches = new ArrayList<>();
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        for (RawJson message : messages) {
            if (batch.size() + message.bytes().length + 2 > maxBatchBytes) {
                batches.add(end(batch));
            }
            batch.write(batch.size() == 0 ? '[' : ',');
            batch.writeBytes(message.bytes());
        }
        batches.add(end(batch));
        return batches;
    }

    private static byte[] end(ByteArrayOutputStream batch) {
        batch.write(']');
        byte[] bytes = batch.toByteArray();
        batch.reset();
        return bytes;
    }
}
