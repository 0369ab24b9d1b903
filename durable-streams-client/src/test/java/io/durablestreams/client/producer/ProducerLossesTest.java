package io.durablestreams.client.producer;

import java.net.URI;

import org.junit.jupiter.api.Test;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.DurableStreamException.Failure;
import io.durablestreams.client.error.StreamOperation;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.producer.ProducerLosses.Count;
import io.durablestreams.client.producer.ProducerLosses.Loss;

import static org.assertj.core.api.Assertions.assertThat;

/** Each closing counts what was lost since it began, whatever other closings count. */
class ProducerLossesTest {

    private final ProducerLosses losses = new ProducerLosses();
    private final DurableStreamException first = cause("first");
    private final DurableStreamException second = cause("second");

    private static DurableStreamException cause(String reason) {
        return new StreamRequestException(Failure.of(StreamOperation.APPEND, URI.create("http://localhost/s"), reason));
    }

    @Test
    void nothingIsLostAtTheBeginning() {
        assertThat(losses.since(losses.now())).isEqualTo(new Count(0, null));
    }

    @Test
    void earlierLossesDoNotCount() {
        losses.add(7, first);
        Loss moment = losses.now();
        losses.add(2, second);

        assertThat(losses.since(moment)).isEqualTo(new Count(2, second));
    }

    @Test
    void overlappingCountsAreIndependent() {
        Loss earlier = losses.now();
        losses.add(2, first);
        Loss later = losses.now();
        losses.add(3, second);

        assertThat(losses.since(later)).isEqualTo(new Count(3, second));
        assertThat(losses.since(earlier)).isEqualTo(new Count(5, first));
    }
}
