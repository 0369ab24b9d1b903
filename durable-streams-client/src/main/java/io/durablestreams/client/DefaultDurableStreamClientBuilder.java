package io.durablestreams.client;

import java.net.URI;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Collects the configuration of a client; a client keeps a copy for {@link DurableStreamClient#mutate()}. */
final class DefaultDurableStreamClientBuilder implements DurableStreamClient.Builder {

    private @Nullable URI baseUrl;
    private @Nullable WebClient webClient;
    private @Nullable WebClient liveWebClient;
    private @Nullable StreamTransport transport;
    private JsonMapper jsonMapper = JsonMapper.shared();
    private RequestValues values = RequestValues.NONE;
    private RequestSettings requestSettings = RequestSettings.DEFAULT;
    private ReaderSettings readerSettings = ReaderSettings.DEFAULT;
    private ProducerSettings producerSettings = ProducerSettings.DEFAULT;
    private ReadMetricsRecorder readMetrics = ReadMetricsRecorder.NONE;
    private ProducerMetricsRecorder producerMetrics = ProducerMetricsRecorder.NONE;
    private @Nullable EpochStore epochStore;
    private Timing timing = Timing.system();

    DefaultDurableStreamClientBuilder copy() {
        DefaultDurableStreamClientBuilder copy = new DefaultDurableStreamClientBuilder();
        copy.baseUrl = baseUrl;
        copy.webClient = webClient;
        copy.liveWebClient = liveWebClient;
        copy.transport = transport;
        copy.jsonMapper = jsonMapper;
        copy.values = values;
        copy.requestSettings = requestSettings;
        copy.readerSettings = readerSettings;
        copy.producerSettings = producerSettings;
        copy.readMetrics = readMetrics;
        copy.producerMetrics = producerMetrics;
        copy.epochStore = epochStore;
        copy.timing = timing;
        return copy;
    }

    @Nullable
    URI baseUrl() {
        return baseUrl;
    }

    @Override
    public DurableStreamClient.Builder baseUrl(String baseUrl) {
        URI url;
        try {
            url = URI.create(baseUrl);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "The base URL '" + baseUrl + "' is malformed: " + malformed.getMessage(), malformed);
        }
        this.baseUrl = Urls.requireHttp("The base URL", url);
        return this;
    }

    @Override
    public DurableStreamClient.Builder webClient(WebClient webClient) {
        this.webClient = webClient;
        return this;
    }

    @Override
    public DurableStreamClient.Builder liveWebClient(WebClient webClient) {
        this.liveWebClient = webClient;
        return this;
    }

    /** Replaces HTTP altogether, for tests. */
    DefaultDurableStreamClientBuilder transport(StreamTransport transport) {
        this.transport = transport;
        return this;
    }

    /** Replaces time and chance, for tests. */
    DefaultDurableStreamClientBuilder timing(Timing timing) {
        this.timing = timing;
        return this;
    }

    @Override
    public DurableStreamClient.Builder jsonMapper(JsonMapper jsonMapper) {
        this.jsonMapper = jsonMapper;
        return this;
    }

    @Override
    public DurableStreamClient.Builder header(String name, String value) {
        return header(name, Mono.just(value));
    }

    @Override
    public DurableStreamClient.Builder header(String name, Supplier<String> value) {
        return header(name, Mono.fromSupplier(value));
    }

    @Override
    public DurableStreamClient.Builder header(String name, Mono<String> value) {
        this.values = values.withHeader(name, value);
        return this;
    }

    @Override
    public DurableStreamClient.Builder parameter(String name, String value) {
        return parameter(name, Mono.just(value));
    }

    @Override
    public DurableStreamClient.Builder parameter(String name, Supplier<String> value) {
        return parameter(name, Mono.fromSupplier(value));
    }

    @Override
    public DurableStreamClient.Builder parameter(String name, Mono<String> value) {
        this.values = values.withParameter(name, value);
        return this;
    }

    @Override
    public DurableStreamClient.Builder requestSettings(RequestSettings settings) {
        this.requestSettings = settings;
        return this;
    }

    @Override
    public DurableStreamClient.Builder readerSettings(ReaderSettings settings) {
        this.readerSettings = settings;
        return this;
    }

    @Override
    public DurableStreamClient.Builder producerSettings(ProducerSettings settings) {
        this.producerSettings = settings;
        return this;
    }

    @Override
    public DurableStreamClient.Builder readMetrics(ReadMetricsRecorder recorder) {
        this.readMetrics = recorder;
        return this;
    }

    @Override
    public DurableStreamClient.Builder producerMetrics(ProducerMetricsRecorder recorder) {
        this.producerMetrics = recorder;
        return this;
    }

    @Override
    public DurableStreamClient.Builder epochStore(EpochStore store) {
        this.epochStore = store;
        return this;
    }

    @Override
    public DurableStreamClient build() {
        DefaultDurableStreamClientBuilder configuration = copy();
        ClientConnections connections = new ClientConnections(ClientConnections.REQUEST_CONNECTIONS);
        StreamContext context = new StreamContext(
                new StreamRequests(transport(configuration, connections), values, requestSettings, timing),
                jsonMapper,
                new MessageEncoder(jsonMapper),
                readerSettings,
                producerSettings,
                readMetrics,
                new StreamContext.Producing(epochStore, producerMetrics));
        return new DefaultDurableStreamClient(configuration, context, connections);
    }

    private static StreamTransport transport(
            DefaultDurableStreamClientBuilder configuration, ClientConnections connections) {
        if (configuration.transport != null) {
            return configuration.transport;
        }
        WebClient requests = configuration.webClient != null ? configuration.webClient : connections.forRequests();
        WebClient live = configuration.liveWebClient != null ? configuration.liveWebClient : connections.forLiveReads();
        configuration.webClient = requests;
        configuration.liveWebClient = live;
        return new WebClientTransport(requests, live);
    }
}
