package io.durablestreams.protocol.simulation;

import java.util.List;
import java.util.Set;

/** One run of a simulation. The same seed gives the same run. */
public interface SimulationRun {

    /** Runs to the end. Fails if a promise is broken. */
    void run();

    /** What the run was going to do, for the message of a failure. */
    Object plan();

    /** How often something happened. */
    long steps();

    /** What kinds of things have happened. */
    Set<?> seen();

    /** What happened, if it was to be traced. */
    List<String> trace();
}
