package io.durablestreams.client.producer;

import io.durablestreams.client.exchange.StreamRequests;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.client.metrics.GuardedRecorder;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;

/**
 * The context that the parts of one producer share.
 *
 * @param identity the names in its requests
 * @param settings its settings
 * @param requests sends requests
 * @param epochs provides and records its epochs
 * @param metrics records its metrics
 */
record ProducerContext(
        ProducerIdentity identity,
        ProducerSettings settings,
        StreamRequests requests,
        ProducerEpochs epochs,
        GuardedRecorder<ProducerMetricsRecorder> metrics) {

    Timing timing() {
        return requests.timing();
    }
}
