package io.durablestreams.sample;

import java.time.Duration;
import java.util.List;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.DurableStream;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.spring.ShutdownSignal;

/** Sends the stream to browsers as server-sent events. */
@Component
class LiveEvents {

    private static final ServerSentEvent<List<Event>> CLOSED =
            ServerSentEvent.<List<Event>>builder(List.of()).event("closed").build();

    private final DurableStream events;
    private final ShutdownSignal shutdown;
    private final Duration heartbeat;

    LiveEvents(DurableStream events, ShutdownSignal shutdown, @Value("${sample.heartbeat}") Duration heartbeat) {
        this.events = events;
        this.shutdown = shutdown;
        this.heartbeat = heartbeat;
    }

    /**
     * Returns the events from an offset, and heartbeats. Completes when the stream is closed, or when the application
     * begins to stop.
     *
     * <p>Each batch is one server-sent event, and its id is the offset after the batch, where a browser resumes when it
     * reconnects. With one event for each item, a browser that loses its connection within a batch would miss the other
     * items of the batch.
     */
    Flux<ServerSentEvent<List<Event>>> from(Offset offset) {
        Flux<ServerSentEvent<List<Event>>> batches = events.reader(Event.class)
                .from(offset)
                .live(LiveMode.AUTO)
                .batches()
                .map(LiveEvents::toServerSentEvent)
                .concatWith(Mono.just(CLOSED));
        return Flux.merge(1, batches, heartbeats())
                .takeUntil(event -> event == CLOSED)
                .takeUntilOther(shutdown.whenStopping());
    }

    private static ServerSentEvent<List<Event>> toServerSentEvent(Batch<Event> batch) {
        ServerSentEvent.Builder<List<Event>> event =
                ServerSentEvent.<List<Event>>builder().id(batch.nextOffset().value());
        return batch.isEmpty()
                ? event.comment("up to date").build()
                : event.data(batch.items()).build();
    }

    private Flux<ServerSentEvent<List<Event>>> heartbeats() {
        return Flux.interval(heartbeat)
                .onBackpressureDrop()
                .map(tick -> ServerSentEvent.<List<Event>>builder()
                        .comment("heartbeat")
                        .build());
    }
}
