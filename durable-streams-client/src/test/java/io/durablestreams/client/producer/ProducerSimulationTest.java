package io.durablestreams.client.producer;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.durablestreams.client.error.DeliveryAbandonedException;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.ProducerBufferFullException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.simulation.Simulations;

/**
 * Runs a producer, through its public API, against an application, a network and a server that do their worst; see
 * {@link Simulations}.
 */
class ProducerSimulationTest {

    @Test
    void keepsItsPromisesWhateverHappens() {
        new Simulations(ProducerSimulation::new).run(400_000, everythingThatCanHappen());
    }

    private static Set<Object> everythingThatCanHappen() {
        Set<Object> all = new HashSet<>(List.of(Outcome.values()));
        all.addAll(List.of(ProducerMetricsRecorder.Cause.values()));
        all.addAll(List.of(0, 200, 204, 400, 403, 409, 413, 429, 503));
        all.addAll(List.of("flush", "flush fails", "restart", "restart fails", "close", "close fails"));
        all.addAll(List.of("closeStream", "closeStream fails"));
        all.addAll(List.of("closeProducers", "closeProducers fails"));
        all.addAll(List.of(
                DeliveryTimeoutException.class,
                DeliveryAbandonedException.class,
                ProducerFencedException.class,
                ProducerSequenceGapException.class,
                StreamClosedException.class,
                StreamRequestException.class,
                ProducerClosedException.class,
                ProducerBufferFullException.class,
                IllegalArgumentException.class));
        return all;
    }
}
