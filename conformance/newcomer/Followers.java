import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Three clients that follow the events of the application, hang up again and again, and come back at the last offset that
 * they have seen. Each expects every number once, in order. A large answer arrives in parts. All parts except the last
 * have the offset at which the answer began, so a client that comes back within the answer receives the parts again. It
 * counts them when the last part has arrived.
 *
 * <p>Arguments: a file with the application's URL, which may change; the number of events. Prints "middle" when the first
 * client has seen 40 percent, and a summary that begins with "complete" when all have seen everything; ends with an
 * error otherwise.
 */
class Followers {

    private static final int CLIENTS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern NUMBER = Pattern.compile("\"number\":(\\d+)");
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final AtomicInteger mostSeen = new AtomicInteger();
    private static final AtomicInteger connections = new AtomicInteger();

    public static void main(String... arguments) throws Exception {
        Path url = Path.of(arguments[0]);
        int events = Integer.parseInt(arguments[1]);
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> following = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Follower follower = new Follower(url, events, new Random(i));
            following.add(clients.submit(() -> {
                follower.follow();
                return null;
            }));
        }
        for (Future<?> each : following) {
            each.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        clients.shutdown();
        System.out.printf(
                "complete: each of %d clients has seen the events 0 to %d, once and in order, over %d connections in all%n",
                CLIENTS, events - 1, connections.get());
    }

    private static final class Follower {

        private final Path url;
        private final int events;
        private final Random random;

        // Changed together: an offset to come back to, and the number expected there.
        private String lastId = "-1";
        private int nextAtLastId;

        private int next;

        Follower(Path url, int events, Random random) {
            this.url = url;
            this.events = events;
            this.random = random;
        }

        void follow() throws InterruptedException {
            while (next < events) {
                try {
                    connect(1 + random.nextInt(20));
                } catch (IOException away) {
                    TimeUnit.MILLISECONDS.sleep(50); // The application is being started again.
                }
            }
        }

        /** Takes some events, and hangs up. */
        private void connect(int patience) throws IOException, InterruptedException {
            next = nextAtLastId;
            connections.incrementAndGet();
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(Files.readString(url).strip() + "/events"))
                    .header("Last-Event-ID", lastId)
                    .timeout(Duration.ofSeconds(10))
                    .build();
            HttpResponse<java.io.InputStream> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() != 200) {
                throw new IOException("status " + answer.statusCode());
            }
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                String id = lastId;
                StringBuilder data = new StringBuilder();
                for (int taken = 0; taken < patience && next < events; ) {
                    String line = lines.readLine();
                    if (line == null) {
                        return;
                    }
                    if (line.startsWith("id:")) {
                        id = line.substring(3).strip();
                    } else if (line.startsWith("data:")) {
                        data.append(line, 5, line.length());
                    } else if (line.isEmpty()) {
                        take(data.toString());
                        if (!id.equals(lastId)) {
                            lastId = id;
                            nextAtLastId = next;
                        }
                        data.setLength(0);
                        taken++;
                    }
                }
            }
        }

        private void take(String data) {
            Matcher numbers = NUMBER.matcher(data);
            while (numbers.find()) {
                int number = Integer.parseInt(numbers.group(1));
                if (number != next) {
                    System.out.println("expected event " + next + " and got " + number);
                    System.exit(1);
                }
                next++;
            }
            int before = mostSeen.getAndAccumulate(next, Math::max);
            if (before < events * 2 / 5 && next >= events * 2 / 5) {
                System.out.println("middle");
            }
        }
    }
}
