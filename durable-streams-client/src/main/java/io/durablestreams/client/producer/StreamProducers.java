package io.durablestreams.client.producer;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.durablestreams.client.exchange.HeaderText;
import io.durablestreams.client.exchange.StreamRequests;
import io.durablestreams.client.message.MessageEncoder;
import io.durablestreams.client.metrics.GuardedRecorder;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;

/** Creates the producers of one client, and tracks the open ones. */
public final class StreamProducers {

    private final StreamRequests requests;
    private final MessageEncoder encoder;
    private final Configuration configuration;
    private final GuardedRecorder<ProducerMetricsRecorder> metrics;
    private final OpenProducers open;

    /**
     * The defaults of all producers of a client.
     *
     * @param settings the settings of producers without their own settings
     * @param epochStore records their epochs, or null
     * @param errorHandler receives the failed messages of producers without their own error handler, or null
     * @param metrics records their metrics
     */
    public record Configuration(
            ProducerSettings settings,
            @Nullable EpochStore epochStore,
            @Nullable ProducerErrorHandler errorHandler,
            ProducerMetricsRecorder metrics) {}

    /**
     * The stream to which a producer writes.
     *
     * @param url the URL of the stream
     * @param known its content type, or null if it is not known yet
     * @param contentType requests the content type, with one attempt for each subscription
     */
    public record Target(URI url, @Nullable String known, Mono<String> contentType) {}

    /**
     * Creates the factory of a client.
     *
     * @param requests sends the requests
     * @param encoder encodes the messages
     * @param configuration the defaults of all producers
     * @param base the factory of the client of which this one is a variant, or null. Its producers include those of
     *     this factory
     */
    public StreamProducers(
            StreamRequests requests,
            MessageEncoder encoder,
            Configuration configuration,
            @Nullable StreamProducers base) {
        this.requests = requests;
        this.encoder = encoder;
        this.configuration = configuration;
        this.metrics = new GuardedRecorder<>(configuration.metrics());
        this.open = base == null ? new OpenProducers() : base.open.variant();
    }

    /**
     * Returns a new producer.
     *
     * @param target the stream
     * @param producerId the identity of the writer
     * @param settings its settings, or null for the defaults
     * @param errorHandler receives failed messages of {@code append}, or null for that of the client, or the log
     * @throws io.durablestreams.client.error.ProducerClosedException if the producers of the client are closed
     */
    public IdempotentProducer producer(
            Target target,
            String producerId,
            @Nullable ProducerSettings settings,
            @Nullable ProducerErrorHandler errorHandler) {
        ProducerIdentity identity = new ProducerIdentity(target.url(), HeaderText.require("A producer id", producerId));
        ProducerEpochs epochs = new ProducerEpochs(identity, configuration.epochStore(), requests.timing());
        ProducerContext context = new ProducerContext(
                identity, settings != null ? settings : configuration.settings(), requests, epochs, metrics);
        requireEpochOfItsOwn(context);
        ProducerStarter starter = new ProducerStarter(target.contentType(), context);
        DefaultIdempotentProducer producer = new DefaultIdempotentProducer(
                context, encoder, starter, errorHandler != null ? errorHandler : configuration.errorHandler());
        if (target.known() != null && !epochs.areStored()) {
            producer.start(new StartingPoint(
                    target.known(), context.settings().incarnation().epoch()));
        }
        open.add(producer);
        return producer;
    }

    private static void requireEpochOfItsOwn(ProducerContext context) {
        long sequence = context.settings().incarnation().sequence();
        if (context.epochs().areStored() && sequence > 0) {
            throw new IllegalArgumentException("A sequence to start with (" + sequence
                    + ") belongs to the epoch of the settings, and there is an EpochStore that gives another one");
        }
    }

    /** Returns the open producers of the client and its variants. */
    public List<IdempotentProducer> open() {
        return List.copyOf(open.list());
    }

    /** Flushes all open producers. */
    public Mono<Void> flush() {
        return open.flush();
    }

    /** Closes all open producers, and abandons the messages that are not settled within the timeout. */
    public Mono<Void> close(Duration timeout) {
        return open.close(timeout);
    }

    /** Abandons all unsettled messages now. */
    public void abandon(String why) {
        open.abandon(why);
    }
}
