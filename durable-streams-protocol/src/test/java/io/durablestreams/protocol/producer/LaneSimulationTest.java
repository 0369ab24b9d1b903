package io.durablestreams.protocol.producer;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.durablestreams.protocol.AppendReceipt.Outcome;
import io.durablestreams.protocol.producer.LaneStep.FailureReason;
import io.durablestreams.protocol.simulation.Simulations;

/** Runs the lane against a network and a server that do their worst; see {@link Simulations}. */
class LaneSimulationTest {

    @Test
    void keepsItsPromisesWhateverHappens() {
        Set<Object> everything = new HashSet<>(List.of(Outcome.values()));
        everything.addAll(List.of(FailureReason.values()));
        everything.addAll(List.of(SimulatedServer.Reply.Kind.values()));

        new Simulations(LaneSimulation::new).run(1_000_000, everything);
    }
}
