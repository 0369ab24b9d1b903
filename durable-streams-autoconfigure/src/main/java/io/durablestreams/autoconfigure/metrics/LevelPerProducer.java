package io.durablestreams.autoconfigure.metrics;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A quantity that every producer has its own value of. Producers at 0 are not remembered, and as all end there, none
 * stays here when it is gone. Thread-safe; one producer must not report from several threads at the same time.
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

    /** Returns how many producers are remembered. */
    int producers() {
        return levels.size();
    }
}
