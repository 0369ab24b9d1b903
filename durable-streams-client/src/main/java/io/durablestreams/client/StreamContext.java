package io.durablestreams.client;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a client gives to all of its handles, readers and producers.
 *
 * @param requests sends requests
 * @param jsonMapper writes and reads JSON messages
 * @param encoder turns messages into bytes
 * @param readers makes readers
 * @param producerSettings what producers start with
 * @param producing what producers have besides
 */
record StreamContext(
        StreamRequests requests,
        JsonMapper jsonMapper,
        MessageEncoder encoder,
        StreamReaders readers,
        ProducerSettings producerSettings,
        Producing producing) {

    /**
     * What producers have besides.
     *
     * @param epochStore remembers their epochs, or null if nobody does
     * @param metrics hears what they do
     */
    record Producing(@Nullable EpochStore epochStore, GuardedRecorder<ProducerMetricsRecorder> metrics) {}
}
