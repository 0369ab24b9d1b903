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

/** Makes the producers of one client, and knows those that are open. */
public final class StreamProducers {

    private final StreamRequests requests;
    private final MessageEncoder encoder;
    private final Configuration configuration;
    private final GuardedRecorder<ProducerMetricsRecorder> metrics;
    private final OpenProducers open;

    /**
     * What the client gives to its producers.
     *
     * @param settings the settings of producers that are given none
     * @param epochStore records their epochs, or null
     * @param metrics hears what they do
     */
    public record Configuration(
            ProducerSettings settings, @Nullable EpochStore epochStore, ProducerMetricsRecorder metrics) {}

    /**
     * A stream to write to.
     *
     * @param url the stream
     * @param known its content type, or null if it is not known yet
     * @param contentType asks for the content type, once for each subscription
     */
    public record Target(URI url, @Nullable String known, Mono<String> contentType) {}

    /**
     * Creates the factory of a client.
     *
     * @param requests sends the requests
     * @param encoder writes the messages
     * @param configuration what all producers start with
     * @param base the client that this one is a variant of, whose producers include those of this one, or null
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
     * @param producerId the identity to write under
     * @param settings its settings, or null for those of the client
     * @param errorHandler receives failed messages that nobody waits for, or null to log them
     * @throws io.durablestreams.client.error.ProducerClosedException when the producers of the client are closed
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
        DefaultIdempotentProducer producer = new DefaultIdempotentProducer(context, encoder, starter, errorHandler);
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

    /** The open producers of the client and its variants. */
    public List<IdempotentProducer> open() {
        return List.copyOf(open.list());
    }

    /** Flushes all open producers. */
    public Mono<Void> flush() {
        return open.flush();
    }

    /** Closes all open producers, and gives up unsettled messages when a time is over. */
    public Mono<Void> close(Duration timeout) {
        return open.close(timeout);
    }

    /** Gives up all unsettled messages now. */
    public void abandon(String why) {
        open.abandon(why);
    }
}
