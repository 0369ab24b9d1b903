package io.durablestreams.sample;

import java.time.Clock;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.InvalidOffsetException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.Offset;

/** Stores posted events, and sends events to browsers. */
@RestController
@RequestMapping("/events")
class EventController {

    private final IdempotentProducer producer;
    private final LiveEvents liveEvents;
    private final Clock clock = Clock.systemUTC();

    EventController(IdempotentProducer producer, LiveEvents liveEvents) {
        this.producer = producer;
        this.liveEvents = liveEvents;
    }

    /** The body of a post. */
    record NewEvent(@Nullable String text) {}

    /**
     * Stores an event. The response arrives when the event is stored, so an event that was answered with 2xx is in the
     * stream.
     */
    @PostMapping
    Mono<Event> post(@RequestBody NewEvent posted) {
        String text = posted.text();
        if (text == null || text.isBlank()) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "'text' must not be blank");
        }
        Event event = new Event(UUID.randomUUID(), clock.instant(), text);
        return producer.send(event).thenReturn(event);
    }

    /**
     * Sends all events after the last one that the browser has received, and later events as they are stored.
     *
     * @param reconnected the id of the last event, from a browser that has reconnected on its own; takes precedence,
     *     because the parameter keeps its old value in a reconnect
     * @param opened the id of the last event, from a page that has opened a new event source, which cannot set the
     *     header; the default is the beginning of the stream
     */
    @GetMapping(produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<List<Event>>> events(
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String reconnected,
            @RequestParam(name = "lastEventId", defaultValue = "-1") String opened) {
        return liveEvents.from(offset(reconnected != null ? reconnected : opened));
    }

    /** A browser that has received no id sends none, or an empty one. */
    private static Offset offset(String lastEventId) {
        return lastEventId.isEmpty() ? Offset.BEGINNING : Offset.of(lastEventId);
    }

    @ExceptionHandler({InvalidOffsetException.class, IllegalArgumentException.class})
    ProblemDetail badRequest(Exception failure) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, String.valueOf(failure.getMessage()));
    }

    @ExceptionHandler
    ProblemDetail notFound(StreamNotFoundException failure) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, String.valueOf(failure.getMessage()));
    }

    @ExceptionHandler
    ProblemDetail unavailable(DurableStreamException failure) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, String.valueOf(failure.getMessage()));
    }
}
