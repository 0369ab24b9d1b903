package io.durablestreams.benchmarks;

/** A message of about 100 bytes as JSON. */
record Event(long id, String kind, String user, double amount, boolean paid, String note) {

    static Event number(long id) {
        return new Event(id, "order-created", "user-" + id % 1000, id * 0.25, id % 2 == 0, "about 100 bytes");
    }
}
