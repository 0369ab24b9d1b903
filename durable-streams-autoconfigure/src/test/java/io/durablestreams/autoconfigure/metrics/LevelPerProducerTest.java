package io.durablestreams.autoconfigure.metrics;

import java.net.URI;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LevelPerProducerTest {

    private static final URI ORDERS = URI.create("http://example.org/orders");
    private static final URI EVENTS = URI.create("http://example.org/events");

    private final LevelPerProducer level = new LevelPerProducer();

    @Test
    void addsUpWhatEveryProducerSaidLast() {
        level.set(ORDERS, "a", 5);
        level.set(ORDERS, "b", 10);
        level.set(EVENTS, "a", 100);
        level.set(ORDERS, "a", 2);

        assertThat(level.sum()).isEqualTo(112);
    }

    @Test
    void doesNotRememberProducersThatAreAtZero() {
        level.set(ORDERS, "a", 5);
        level.set(EVENTS, "a", 7);
        level.set(ORDERS, "a", 0);
        level.set(ORDERS, "never heard of", 0);

        assertThat(level.producers()).isEqualTo(1);
        level.set(EVENTS, "a", 0);
        assertThat(level.producers()).isZero();
        assertThat(level.sum()).isZero();
    }
}
