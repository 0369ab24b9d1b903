package io.durablestreams.client.reader;

import java.net.URI;

import tools.jackson.databind.JavaType;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.client.exchange.StreamRequests;
import io.durablestreams.client.message.ItemType;
import io.durablestreams.client.metrics.GuardedRecorder;
import io.durablestreams.client.metrics.ReadMetricsRecorder;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

/** Creates the readers of one client. */
public final class StreamReaders {

    private final StreamRequests requests;
    private final JsonMapper jsonMapper;
    private final ReaderSettings settings;
    private final GuardedRecorder<ReadMetricsRecorder> metrics;

    /**
     * Creates the factory of a client.
     *
     * @param requests sends the requests
     * @param jsonMapper reads JSON messages
     * @param settings the settings of readers without their own settings
     * @param metrics records the metrics of the readers
     */
    public StreamReaders(
            StreamRequests requests, JsonMapper jsonMapper, ReaderSettings settings, ReadMetricsRecorder metrics) {
        this.requests = requests;
        this.jsonMapper = jsonMapper;
        this.settings = settings;
        this.metrics = new GuardedRecorder<>(metrics);
    }

    /**
     * Returns a reader that starts at the beginning of a stream and completes at its present end.
     *
     * @param url the URL of the stream
     * @param type the type of an item
     * @param <T> the type of an item
     */
    public <T> StreamReader<T> reader(URI url, JavaType type) {
        DefaultStreamReader.Start<T> start = new DefaultStreamReader.Start<>(
                Offset.BEGINNING, LiveMode.OFF, settings, new ReadSession.Reactions<>(null, null));
        return new DefaultStreamReader<>(url, requests, metrics, new ItemType<>(jsonMapper, type), start);
    }
}
