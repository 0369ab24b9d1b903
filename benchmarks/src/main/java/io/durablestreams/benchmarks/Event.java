package io.durablestreams.benchmarks;

import java.io.ByteArrayOutputStream;

import tools.jackson.databind.json.JsonMapper;

/** A message of about 100 bytes as JSON. */
record Event(long id, String kind, String user, double amount, boolean paid, String note) {

    static Event number(long id) {
        return new Event(id, "order-created", "user-" + id % 1000, id * 0.25, id % 2 == 0, "about 100 bytes");
    }

    /** Returns as many events as JSON, separated by commas. */
    static byte[] block(int count) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                bytes.write(',');
            }
            bytes.writeBytes(JsonMapper.shared().writeValueAsBytes(number(i)));
        }
        return bytes.toByteArray();
    }
}
