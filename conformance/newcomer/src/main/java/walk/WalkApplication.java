package walk;

import java.util.List;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

import io.durablestreams.spring.ShutdownSignal;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;

/**
 * Appends numbered events, continues after the last stored number on a restart, and lets browsers follow the events.
 * Prints the URL of its streams, the next number, and the URL at which it listens.
 */
@SpringBootApplication
public class WalkApplication {

    private static final int PORTION = 200;

    record Event(int number) {}

    public static void main(String... arguments) {
        SpringApplication.run(WalkApplication.class, arguments);
    }

    @Bean
    DurableStream events(DurableStreamClient client) {
        DurableStream events = client.stream("events");
        events.create(StreamSpec.json()).block();
        return events;
    }

    @Bean
    ApplicationRunner produce(DurableStream events, IdempotentProducer producer, Environment environment) {
        int count = environment.getRequiredProperty("walk.events", Integer.class);
        return arguments -> {
            int next = events.reader(Event.class).collect().block().size();
            System.out.println("streams " + events.url().resolve("."));
            System.out.println("next " + next);
            System.out.println("listening http://127.0.0.1:" + environment.getProperty("local.server.port"));
            while (next < count) {
                producer.append(new Event(next++));
                if (next % PORTION == 0) {
                    Thread.sleep(20); // So that there is a middle to be interrupted in.
                }
            }
        };
    }

    @RestController
    static class Follow {

        private final DurableStream events;
        private final ShutdownSignal shutdown;

        Follow(DurableStream events, ShutdownSignal shutdown) {
            this.events = events;
            this.shutdown = shutdown;
        }

        @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
        Flux<ServerSentEvent<List<Event>>> follow(
                @RequestHeader(name = "Last-Event-ID", defaultValue = "-1") String offset) {
            return events.reader(Event.class)
                    .from(Offset.of(offset))
                    .live(LiveMode.AUTO)
                    .batches()
                    .filter(batch -> !batch.isEmpty())
                    .map(batch -> ServerSentEvent.builder(batch.items())
                            .id(batch.nextOffset().value())
                            .build())
                    .takeUntilOther(shutdown.whenStopping());
        }
    }
}
