package io.durablestreams.autoconfigure.lifecycle;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.autoconfigure.fixture.ExternalServer;
import io.durablestreams.autoconfigure.fixture.Program;
import io.durablestreams.client.DurableStream;
import io.durablestreams.client.StreamSpec;

import static io.durablestreams.autoconfigure.fixture.Contexts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications in JVMs of their own that are terminated as a platform does (SIGTERM). Each test runs once, or as often as
 * {@code -Dshutdown.rounds=...} says.
 */
@Tag("sockets")
class ShutdownProcessTest {

    private static final int ROUNDS = Integer.getInteger("shutdown.rounds", 1);
    private static final Pattern SUMMARY = Pattern.compile("is closed, and (\\d+) of its messages to ");

    @RegisterExtension
    static final ExternalServer server = new ExternalServer();

    @Test
    void nothingThatWasAcknowledgedUnderLoadIsLostOrStoredTwice() throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            DurableStream stream = newStream();
            Set<String> acknowledged = ConcurrentHashMap.newKeySet();
            try (Program application =
                    start(server.property(), "test.stream=" + stream.url(), "durable-streams.producer.linger=2s")) {
                int port = Integer.parseInt(application.expect("listening ").substring("listening ".length()));
                load(port, acknowledged, ThreadLocalRandom.current().nextInt(500, 2_500), application::terminate);
                application.awaitEnd();
            }

            List<String> stored = stream.reader(String.class).collect().block(TIMEOUT);
            System.out.printf(
                    "Shutdown under load, round %d: %d requests acknowledged, %d messages stored, %d lost, %d twice%n",
                    round,
                    acknowledged.size(),
                    stored.size(),
                    acknowledged.stream()
                            .filter(message -> !stored.contains(message))
                            .count(),
                    stored.size() - Set.copyOf(stored).size());
            assertThat(stored).doesNotHaveDuplicates().containsAll(acknowledged);
            for (String kind : ShutdownProgram.KINDS) {
                assertThat(acknowledged).as(kind).anyMatch(message -> message.startsWith(kind));
            }
        }
    }

    /** Sends requests until the application refuses them, which it is terminated after so many of. */
    private static void load(int port, Set<String> acknowledged, int before, Runnable terminate) {
        WebClient http = server.http().baseUrl("http://127.0.0.1:" + port).build();
        AtomicBoolean refused = new AtomicBoolean();
        Flux.range(0, Integer.MAX_VALUE)
                .takeUntil(number -> refused.get())
                .flatMap(
                        number -> {
                            String kind = ShutdownProgram.KINDS.get(number % ShutdownProgram.KINDS.size());
                            return http.post()
                                    .uri("/" + kind + "/" + number)
                                    .retrieve()
                                    .toBodilessEntity()
                                    .doOnNext(answer -> acknowledged.add(kind + " " + number))
                                    .doOnNext(answer -> {
                                        if (acknowledged.size() == before) {
                                            terminate.run();
                                        }
                                    })
                                    .doOnError(failure -> refused.set(true))
                                    .onErrorComplete();
                        },
                        32)
                .blockLast(Program.PATIENCE);
    }

    @Test
    void aJobThatEndsByItselfHasStoredEverything() throws Exception {
        DurableStream stream = newStream();
        try (Program application = start(
                server.property(),
                "test.stream=" + stream.url(),
                "test.messages=true",
                "spring.main.web-application-type=none",
                "durable-streams.producer.linger=200ms")) {
            application.expect("appended");
            application.awaitEnd();

            assertThat(application.exitValue()).isZero();
        }
        assertThat(stream.reader(String.class).collect().block(TIMEOUT)).hasSameElementsAs(messages());
    }

    @Test
    void whatAServerThatIsAwayHasNotTakenReachesErrorHandlersAndLog() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        for (int round = 0; round < ROUNDS; round++) {
            everythingIsReported("http://127.0.0.1:" + port + "/away");
        }
    }

    @Test
    void whatAServerThatDoesNotAnswerHasNotTakenReachesErrorHandlersAndLog() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress())) {
            for (int round = 0; round < ROUNDS; round++) {
                everythingIsReported("http://127.0.0.1:" + silent.getLocalPort() + "/silent");
            }
        }
    }

    private static void everythingIsReported(String url) throws Exception {
        try (Program application = start(
                "durable-streams.url=" + url,
                "test.stream=" + url,
                "test.messages=true",
                "spring.lifecycle.timeout-per-shutdown-phase=2s")) {
            application.expect("appended");
            application.terminate();
            List<String> output = application.awaitEnd();

            assertThat(output.stream()
                            .filter(line -> line.startsWith("failed "))
                            .map(line -> line.substring(7)))
                    .containsExactlyInAnyOrderElementsOf(messages());
            int summed = output.stream()
                    .filter(line -> !line.contains("'failing"))
                    .map(SUMMARY::matcher)
                    .filter(Matcher::find)
                    .mapToInt(summary -> Integer.parseInt(summary.group(1)))
                    .sum();
            assertThat(summed).isEqualTo(messages().size());
            System.out.println("Shutdown without a server: " + summed + " messages in the log, "
                    + messages().size() + " told to error handlers");
        }
    }

    private static Program start(String... properties) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--" + Contexts.NO_QUIET_PERIOD));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return Program.start(List.of(), ShutdownProgram.class.getName(), arguments);
    }

    private static List<String> messages() {
        return IntStream.range(0, 1_000).mapToObj(i -> "message" + i).toList();
    }

    private static DurableStream newStream() {
        DurableStream stream = server.client().stream(UUID.randomUUID().toString());
        stream.create(StreamSpec.json()).block(TIMEOUT);
        return stream;
    }
}
