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

/** The stream as server-sent events for browsers. */
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
     * Reads from an offset for as long as the stream lives and the application does.
     *
     * <p>One batch is one event, because the id of an event is where a browser goes on after a reconnect: with an event
     * for every item, the items of the batch that were not sent before the connection broke would be lost.
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
