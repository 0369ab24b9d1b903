package io.durablestreams.client;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.client.cache.CatchUpCache;
import io.durablestreams.client.cache.ReadCacheSettings;
import io.durablestreams.client.exchange.ClientConnections;
import io.durablestreams.client.exchange.ConnectionSettings;
import io.durablestreams.client.exchange.FailureLog;
import io.durablestreams.client.exchange.HeaderText;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.exchange.RequestValues;
import io.durablestreams.client.exchange.StreamRequests;
import io.durablestreams.client.exchange.StreamTransport;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.client.exchange.WebClientTransport;
import io.durablestreams.client.message.MessageEncoder;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.client.metrics.ReadMetricsRecorder;
import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.client.producer.ProducerErrorHandler;
import io.durablestreams.client.producer.ProducerSettings;
import io.durablestreams.client.producer.StreamProducers;
import io.durablestreams.client.reader.ReaderSettings;
import io.durablestreams.client.reader.StreamReaders;

/** Collects the configuration of a client. The client keeps a copy for {@link DurableStreamClient#mutate()}. */
final class DefaultDurableStreamClientBuilder implements DurableStreamClient.Builder {

    private static final String CAFFEINE = "com.github.benmanes.caffeine.cache.Caffeine";
    private static final Consumer<WebClient.Builder> NO_CHANGE = unchanged -> {};

    private @Nullable URI baseUrl;
    private @Nullable WebClient webClient;
    private @Nullable WebClient liveWebClient;
    private Consumer<WebClient.Builder> webClients = NO_CHANGE;
    /** The acquire timeout of the pools, or zero if they are not those of a client. */
    private Duration connectionTimeout = Duration.ZERO;

    private @Nullable StreamTransport transport;
    private JsonMapper jsonMapper = JsonMapper.shared();
    private RequestValues values = RequestValues.NONE;
    private ConnectionSettings connectionSettings = ConnectionSettings.DEFAULT;
    private RequestSettings requestSettings = RequestSettings.DEFAULT;
    private ReaderSettings readerSettings = ReaderSettings.DEFAULT;
    private ProducerSettings producerSettings = ProducerSettings.DEFAULT;
    private @Nullable ReadCacheSettings readCacheSettings;
    private ReadMetricsRecorder readMetrics = ReadMetricsRecorder.NONE;
    private ProducerMetricsRecorder producerMetrics = ProducerMetricsRecorder.NONE;
    private @Nullable EpochStore epochStore;
    private @Nullable ProducerErrorHandler producerErrorHandler;
    private Timing timing = Timing.system();
    private @Nullable StreamProducers producersOfBase;
    private @Nullable FailureLog failuresOfBase;

    DefaultDurableStreamClientBuilder copy() {
        DefaultDurableStreamClientBuilder copy = new DefaultDurableStreamClientBuilder();
        copy.baseUrl = baseUrl;
        copy.webClient = webClient;
        copy.liveWebClient = liveWebClient;
        copy.webClients = webClients;
        copy.transport = transport;
        copy.jsonMapper = jsonMapper;
        copy.connectionTimeout = connectionTimeout;
        copy.values = values;
        copy.connectionSettings = connectionSettings;
        copy.requestSettings = requestSettings;
        copy.readerSettings = readerSettings;
        copy.producerSettings = producerSettings;
        copy.readCacheSettings = readCacheSettings;
        copy.readMetrics = readMetrics;
        copy.producerMetrics = producerMetrics;
        copy.epochStore = epochStore;
        copy.producerErrorHandler = producerErrorHandler;
        copy.timing = timing;
        copy.producersOfBase = producersOfBase;
        copy.failuresOfBase = failuresOfBase;
        return copy;
    }

    /** Returns a builder of variants of a client. Their producers are producers of the client, too. */
    DefaultDurableStreamClientBuilder copyFor(StreamContext context) {
        DefaultDurableStreamClientBuilder copy = copy();
        copy.producersOfBase = context.producers();
        copy.failuresOfBase = context.requests().failures();
        return copy;
    }

    @Nullable
    URI baseUrl() {
        return baseUrl;
    }

    @Override
    public DurableStreamClient.Builder baseUrl(String baseUrl) {
        this.baseUrl = Urls.parse("The base URL", baseUrl);
        return this;
    }

    @Override
    public DurableStreamClient.Builder webClient(WebClient webClient) {
        this.webClient = webClient;
        this.connectionTimeout = Duration.ZERO;
        return this;
    }

    @Override
    public DurableStreamClient.Builder liveWebClient(WebClient webClient) {
        this.liveWebClient = webClient;
        this.connectionTimeout = Duration.ZERO;
        return this;
    }

    @Override
    public DurableStreamClient.Builder webClients(Consumer<WebClient.Builder> customizer) {
        this.webClients = webClients.andThen(customizer);
        return this;
    }

    /** Replaces HTTP, for tests. */
    DefaultDurableStreamClientBuilder transport(StreamTransport transport) {
        this.transport = transport;
        return this;
    }

    /** Replaces clock, scheduler and randomness, for tests. */
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
        return header(name, Mono.just(HeaderText.requireValue(name, value)));
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
    public DurableStreamClient.Builder headers(Mono<Map<String, String>> headers) {
        this.values = values.withHeaders(headers);
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
    public DurableStreamClient.Builder parameters(Mono<Map<String, String>> parameters) {
        this.values = values.withParameters(parameters);
        return this;
    }

    @Override
    public DurableStreamClient.Builder connectionSettings(ConnectionSettings settings) {
        this.connectionSettings = settings;
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
    public DurableStreamClient.Builder readCache(ReadCacheSettings settings) {
        if (!ClassUtils.isPresent(CAFFEINE, null)) {
            throw new IllegalStateException("A read cache needs Caffeine, which is not on the class path: add"
                    + " com.github.ben-manes.caffeine:caffeine to the dependencies of the application");
        }
        this.readCacheSettings = settings;
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
    public DurableStreamClient.Builder producerErrorHandler(ProducerErrorHandler errorHandler) {
        this.producerErrorHandler = errorHandler;
        return this;
    }

    @Override
    public DurableStreamClient build() {
        DefaultDurableStreamClientBuilder configuration = copy();
        ClientConnections connections = new ClientConnections(connectionSettings);
        FailureLog failures = failuresOfBase != null ? failuresOfBase : new FailureLog(timing);
        StreamRequests requests =
                new StreamRequests(transport(configuration, connections), values, requestSettings, timing, failures);
        MessageEncoder encoder = new MessageEncoder(jsonMapper);
        StreamProducers.Configuration producing =
                new StreamProducers.Configuration(producerSettings, epochStore, producerErrorHandler, producerMetrics);
        StreamContext context = new StreamContext(
                requests,
                jsonMapper,
                encoder,
                new StreamReaders(requests, jsonMapper, readerSettings, readMetrics),
                new StreamProducers(requests, encoder, producing, producersOfBase));
        return new DefaultDurableStreamClient(configuration, context, connections);
    }

    private static StreamTransport transport(
            DefaultDurableStreamClientBuilder configuration, ClientConnections connections) {
        if (configuration.transport != null) {
            return configuration.transport;
        }
        if (configuration.webClient == null && configuration.liveWebClient == null) {
            configuration.connectionTimeout = configuration.connectionSettings.acquireTimeout();
        }
        WebClient requests = configuration.customized(
                configuration.webClient != null ? configuration.webClient : connections.forRequests());
        WebClient live = configuration.customized(
                configuration.liveWebClient != null ? configuration.liveWebClient : connections.forLiveReads());
        configuration.webClient = requests;
        configuration.liveWebClient = live;
        configuration.webClients = NO_CHANGE; // A variant of the client inherits the customized WebClients.
        return new WebClientTransport(
                withCache(requests, configuration.readCacheSettings), live, configuration.connectionTimeout);
    }

    /** Adds the cache as the last filter, so that it sees the headers of all other filters. */
    private static WebClient withCache(WebClient requests, @Nullable ReadCacheSettings settings) {
        return settings == null
                ? requests
                : requests.mutate()
                        .filters(filters -> filters.add(new CatchUpCache(settings)))
                        .build();
    }

    private WebClient customized(WebClient webClient) {
        return webClients == NO_CHANGE
                ? webClient
                : webClient.mutate().apply(webClients).build();
    }
}
