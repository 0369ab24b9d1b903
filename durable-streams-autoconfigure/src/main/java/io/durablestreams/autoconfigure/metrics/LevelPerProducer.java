package io.durablestreams.autoconfigure.metrics;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A quantity with a separate value for every producer. A producer at 0 is removed. As every producer ends at 0, no closed
 * producer remains. Thread-safe, except that one producer must not report from several threads at the same time.
 */
final class LevelPerProducer {

    private final Map<Producer, Long> levels = new ConcurrentHashMap<>();

    private record Producer(URI url, String id) {}

    void set(URI url, String producerId, long level) {
        Producer producer = new Producer(url, producerId);
        if (level == 0) {
            levels.remove(producer);
        } else {
            levels.put(producer, level);
        }
    }

    /** Returns the sum over all producers. */
    long sum() {
        return levels.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the number of producers with a value other than 0. */
    int producers() {
        return levels.size();
    }
}
