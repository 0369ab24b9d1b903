package io.durablestreams.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.LiveMode;

/**
 * Appends ten messages a second and follows a stream, without a server, and counts the lines that are logged. The first
 * argument is the URL of the server that is away, the second the number of seconds, by default 600.
 */
final class ServerAwayProgram {

    private static final String URL = "http://localhost:9/v1/stream";

    private ServerAwayProgram() {}

    public static void main(String[] arguments) throws InterruptedException {
        String url = arguments.length > 0 ? arguments[0] : URL;
        long seconds = arguments.length > 1 ? Long.parseLong(arguments[1]) : 600;
        PrintStream console = System.out;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setOut(new PrintStream(logged, true));
        run(url, seconds);
        String text = logged.toString();
        console.print(text);
        console.println("LOGGED " + text.lines().count() + " lines in " + seconds + " s");
        System.exit(0);
    }

    private static void run(String url, long seconds) throws InterruptedException {
        ConfigurableApplicationContext application = new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.NONE)
                .properties(
                        "durable-streams.url=" + url,
                        "durable-streams.producer.stream=away",
                        "spring.main.banner-mode=off",
                        "spring.lifecycle.timeout-per-shutdown-phase=2s",
                        "spring.main.log-startup-info=false")
                .run();
        IdempotentProducer producer = application.getBean(IdempotentProducer.class);
        Disposable read = application.getBean(DurableStreamClient.class).stream("away")
                .reader(String.class)
                .live(LiveMode.AUTO)
                .items()
                .subscribe();
        CountDownLatch done = new CountDownLatch(1);
        Instant end = Instant.now().plusSeconds(seconds);
        Flux.interval(Duration.ofMillis(100))
                .takeWhile(tick -> Instant.now().isBefore(end))
                .doOnNext(tick -> producer.append("message " + tick))
                .doFinally(signal -> done.countDown())
                .subscribe();
        done.await(seconds + 60, TimeUnit.SECONDS);
        read.dispose();
        application.close();
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {}
}
