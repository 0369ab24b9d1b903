package io.durablestreams.client;

import tools.jackson.databind.json.JsonMapper;

/**
 * What a client gives to all of its handles, readers and producers.
 *
 * @param requests sends requests
 * @param jsonMapper writes and reads JSON messages
 * @param encoder turns messages into bytes
 * @param readerSettings what readers start with
 * @param producerSettings what producers start with
 * @param readMetrics hears what readers do
 */
record StreamContext(
        StreamRequests requests,
        JsonMapper jsonMapper,
        MessageEncoder encoder,
        ReaderSettings readerSettings,
        ProducerSettings producerSettings,
        ReadMetricsRecorder readMetrics) {}
