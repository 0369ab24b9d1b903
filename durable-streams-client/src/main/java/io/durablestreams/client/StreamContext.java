package io.durablestreams.client;

import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.client.exchange.StreamRequests;
import io.durablestreams.client.message.MessageEncoder;
import io.durablestreams.client.producer.StreamProducers;
import io.durablestreams.client.reader.StreamReaders;

/**
 * The collaborators that the handles of one client share.
 *
 * @param requests sends requests
 * @param jsonMapper constructs the types of items
 * @param encoder encodes messages
 * @param readers creates readers
 * @param producers creates producers
 */
record StreamContext(
        StreamRequests requests,
        JsonMapper jsonMapper,
        MessageEncoder encoder,
        StreamReaders readers,
        StreamProducers producers) {}
