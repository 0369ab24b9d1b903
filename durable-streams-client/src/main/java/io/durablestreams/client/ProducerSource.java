package io.durablestreams.client;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a producer makes its messages and requests with.
 *
 * @param known the content type of the stream, or null if it is not known yet
 * @param contentType learns it
 * @param encoder makes the bytes of messages
 * @param requests sends requests
 * @param epochs tells the epoch to start with
 * @param metrics hears what happens
 */
record ProducerSource(
        @Nullable String known,
        Mono<String> contentType,
        MessageEncoder encoder,
        StreamRequests requests,
        ProducerEpochs epochs,
        GuardedRecorder<ProducerMetricsRecorder> metrics) {}
