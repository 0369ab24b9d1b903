package io.durablestreams.protocol.producer;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A batch of a {@link LaneSimulation}: messages that follow each other in the order of the offers.
 *
 * @param first the place of the first message
 * @param count how many there are
 */
record Chunk(int first, int count) {

    IntStream messages() {
        return IntStream.range(first, first + count);
    }

    List<Chunk> halves() {
        int middle = count / 2;
        return List.of(new Chunk(first, middle), new Chunk(first + middle, count - middle));
    }
}
