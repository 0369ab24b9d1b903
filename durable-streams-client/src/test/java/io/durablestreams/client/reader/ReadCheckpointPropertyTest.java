package io.durablestreams.client.reader;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.TestClients;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.client.fixture.ModelServer;
import io.durablestreams.protocol.Batch;
import io.durablestreams.protocol.LiveMode;
import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.StreamFormat;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * For random streams, cut at random by a random server: one session delivers everything once and in order, and a new
 * session from any of its checkpoints delivers at least all that the old one had not.
 */
class ReadCheckpointPropertyTest {

    private static final int RUNS = 100;

    static Stream<Arguments> streams() {
        return Arrays.stream(StreamFormat.values())
                .flatMap(format -> ModelServer.liveModes().stream().map(live -> Arguments.of(format, live)));
    }

    @ParameterizedTest
    @MethodSource("streams")
    void deliversEverythingOnceAndCheckpointsLoseNothing(StreamFormat format, LiveMode live) {
        for (long seed = 0; seed < RUNS; seed++) {
            new Run(format, live, seed).check();
        }
    }

    /** One stream and one session with some of its checkpoints. */
    private static final class Run {

        private final StreamFormat format;
        private final LiveMode live;
        private final Random random;
        private final String name;
        private final List<byte[]> appends = new ArrayList<>();

        Run(StreamFormat format, LiveMode live, long seed) {
            this.format = format;
            this.live = live;
            this.random = new Random(seed);
            this.name = format + " by " + live + " with seed " + seed;
            int count = 1 + random.nextInt(12);
            for (int i = 0; i < count; i++) {
                appends.add(append(i));
            }
            if (format == StreamFormat.TEXT) {
                cutCharactersAnywhere();
            }
        }

        private byte[] append(int number) {
            return switch (format) {
                case JSON -> json(number).getBytes(StandardCharsets.UTF_8);
                case TEXT -> "aä€😀".repeat(1 + random.nextInt(8)).getBytes(StandardCharsets.UTF_8);
                case BINARY -> {
                    byte[] bytes = new byte[1 + random.nextInt(100)];
                    random.nextBytes(bytes);
                    yield bytes;
                }
            };
        }

        private String json(int number) {
            List<String> messages = new ArrayList<>();
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                String text = "\"" + "ä]\\\"[,".repeat(random.nextInt(6)) + number + "." + i + "\"";
                messages.add(random.nextBoolean() ? text : "[" + number + ",{\"a\":" + text + "}]");
            }
            return String.join(",", messages);
        }

        private void cutCharactersAnywhere() {
            byte[] all = content(0);
            appends.clear();
            for (int from = 0; from < all.length; ) {
                int to = Math.min(all.length, from + 1 + random.nextInt(9));
                appends.add(Arrays.copyOfRange(all, from, to));
                from = to;
            }
        }

        /** What the stream holds from a position on, in a form that can be compared and measured. */
        private byte[] content(int position) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (byte[] append : appends.subList(position, appends.size())) {
                if (format == StreamFormat.JSON && bytes.size() > 0) {
                    bytes.write(',');
                }
                bytes.writeBytes(append);
            }
            if (format == StreamFormat.JSON && bytes.size() > 0) {
                bytes.write(',');
            }
            return bytes.toByteArray();
        }

        void check() {
            List<Batch<byte[]>> batches = read(Offset.BEGINNING, 0.4);
            assertThat(text(batches)).as(name).isEqualTo(text(content(0)));
            assertThat(batches.get(batches.size() - 1).streamClosed()).as(name).isTrue();
            int length = content(0).length;
            for (int i = 0; i < batches.size(); i++) {
                Batch<byte[]> batch = batches.get(i);
                String where = name + ", after batch " + i + " at " + batch.nextOffset();
                byte[] rest = content(ModelServer.position(batch.nextOffset().value()));
                int delivered = delivered(batches.subList(0, i + 1)).length;
                assertThat(length - rest.length).as(where + ": not ahead").isLessThanOrEqualTo(delivered);
                if (batch.upToDate() && format != StreamFormat.TEXT) {
                    assertThat(length - rest.length).as(where + ": not behind").isEqualTo(delivered);
                }
                if (!batch.streamClosed() && random.nextInt(4) == 0) {
                    assertThat(text(read(batch.nextOffset(), 0.1))).as(where).isEqualTo(text(rest));
                }
            }
        }

        private byte[] delivered(List<Batch<byte[]>> batches) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (Batch<byte[]> batch : batches) {
                for (byte[] item : batch.items()) {
                    bytes.writeBytes(item);
                    if (format == StreamFormat.JSON) {
                        bytes.write(',');
                    }
                }
            }
            return bytes.toByteArray();
        }

        private String text(List<Batch<byte[]>> batches) {
            return text(delivered(batches));
        }

        private String text(byte[] bytes) {
            return new String(
                    bytes, format == StreamFormat.BINARY ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        }

        private List<Batch<byte[]>> read(Offset from, double faults) {
            VirtualTimeScheduler time = VirtualTimeScheduler.create();
            DurableStream stream = TestClients.over(
                    new ModelServer(format, appends, random, faults),
                    new Timing(Clock.systemUTC(), time, random::nextDouble))
                    .readerSettings(ReaderSettings.DEFAULT
                            .withMaxRetries(ReaderSettings.UNLIMITED)
                            .withPartBytes(1 + random.nextInt(80))
                            .withMaxMessageBytes(100 + random.nextInt(1000)))
                    .build()
                    .stream("http://model/stream");
            if (format == StreamFormat.TEXT) {
                return run(stream.reader(String.class).from(from).live(live), time).stream()
                        .map(Run::encoded)
                        .toList();
            }
            return run(stream.reader(byte[].class).from(from).live(live), time);
        }

        private static Batch<byte[]> encoded(Batch<String> batch) {
            List<byte[]> items = batch.items().stream()
                    .map(item -> item.getBytes(StandardCharsets.UTF_8))
                    .toList();
            return new Batch<>(items, batch.nextOffset(), batch.upToDate(), batch.streamClosed());
        }

        private <T> List<Batch<T>> run(StreamReader<T> reader, VirtualTimeScheduler time) {
            TestSubscriber<Batch<T>> subscriber =
                    TestSubscriber.builder().initialRequest(0).build();
            reader.batches().subscribe(subscriber);
            for (int i = 0; i < 10_000 && !subscriber.isTerminated(); i++) {
                subscriber.request(1 + random.nextInt(3));
                time.advanceTimeBy(Duration.ofSeconds(5));
            }
            if (subscriber.isTerminatedError()) {
                throw new AssertionError(name, subscriber.expectTerminalError());
            }
            assertThat(subscriber.isTerminatedComplete()).as(name + " ends").isTrue();
            return subscriber.getReceivedOnNext();
        }
    }
}
