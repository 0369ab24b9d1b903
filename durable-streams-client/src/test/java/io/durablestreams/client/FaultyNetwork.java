package io.durablestreams.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The network between the clients of a test and a {@link RunningServer}: sockets on which requests and answers are lost,
 * late, or replaced.
 */
final class FaultyNetwork implements BeforeEachCallback, AfterEachCallback {

    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

    private final FaultServer sockets = new FaultServer();
    private final List<DurableStreamClient> clients = new CopyOnWriteArrayList<>();
    private volatile Function<RawRequest, Fault> faults = request -> Fault.NONE;
    private volatile BiConsumer<RawRequest, String> watcher = (request, answer) -> {};
    private volatile String interim = "";
    private volatile int serverPort;

    private enum Ending {
        GOES_ON,
        RESET,
        SILENCE
    }

    /**
     * What happens to a request.
     *
     * @param stores whether the server gets it
     * @param answer what the client gets instead of the server's answer
     * @param ending what happens to the connection then
     */
    record Fault(String name, boolean stores, String answer, Ending ending) {

        static final Fault NONE = new Fault("none", true, "", Ending.GOES_ON);
        static final Fault RESET_BEFORE_STORING = new Fault("reset before storing", false, "", Ending.RESET);
        static final Fault RESET_AFTER_STORING = new Fault("reset after storing", true, "", Ending.RESET);
        static final Fault ANSWER_CUT = new Fault("answer cut", true, "HTTP/1.1 200 OK\r\nStream-Ne", Ending.RESET);
        static final Fault SILENCE_BEFORE_STORING = new Fault("silence before storing", false, "", Ending.SILENCE);
        static final Fault SILENCE_AFTER_STORING = new Fault("silence after storing", true, "", Ending.SILENCE);
        static final Fault BUSY = answer("503 Service Unavailable");
        static final Fault BAD_GATEWAY_AFTER_STORING = new Fault(
                "502 after storing", true, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", Ending.GOES_ON);

        /** The answer of somebody who does not pass the request on. */
        static Fault answer(String status, String... headers) {
            String length = status.startsWith("204") ? "" : "Content-Length: 0\r\n";
            String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
            return new Fault(status, false, "HTTP/1.1 " + status + "\r\n" + length + more + "\r\n", Ending.GOES_ON);
        }

        /** Everything that passes when the request is repeated. */
        static List<Fault> passing() {
            return List.of(
                    RESET_BEFORE_STORING,
                    RESET_AFTER_STORING,
                    ANSWER_CUT,
                    SILENCE_BEFORE_STORING,
                    SILENCE_AFTER_STORING,
                    BUSY,
                    BAD_GATEWAY_AFTER_STORING,
                    answer("500 Internal Server Error"),
                    answer("408 Request Timeout"),
                    answer("429 Too Many Requests", "Retry-After: 0"),
                    answer("200 OK", "Content-Type: text/html"));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        sockets.beforeEach(context);
        sockets.thenPlay(Integer.MAX_VALUE, this::relay);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        clients.forEach(DurableStreamClient::dispose);
        sockets.afterEach(context);
    }

    /**
     * The stream through this network, for a client of its own.
     *
     * @param stream the stream on its server
     * @param decides what happens to each request from now on, but for HEAD; it may wait, or do something else before
     */
    DurableStream over(DurableStream stream, Function<RawRequest, Fault> decides) {
        return over(stream, decides, DurableStreamClient.builder());
    }

    DurableStream over(
            DurableStream stream, Function<RawRequest, Fault> decides, DurableStreamClient.Builder configuration) {
        faults = decides;
        serverPort = stream.url().getPort();
        DurableStreamClient client = configuration.build();
        clients.add(client);
        return client.stream(URI.create(sockets.url()).resolve(stream.url().getPath()));
    }

    /** Is shown each answer of the server before it goes on to the client, if it does. */
    void watch(BiConsumer<RawRequest, String> watcher) {
        this.watcher = watcher;
    }

    /** Writes this before each answer of the server, and lets a moment pass. */
    void announce(String interim) {
        this.interim = interim;
    }

    /** Lets no connection be made from now on; returns what {@link #letThrough} needs. */
    int refuse() throws IOException {
        return sockets.stopListening();
    }

    void letThrough(int port) throws IOException {
        sockets.listenAgain(port);
    }

    private void relay(FaultServer.Connection client) {
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
            String request = client.nextRequest();
            while (request != null && relay(new RawRequest(request), client, server)) {
                request = client.nextRequest();
            }
        } catch (IOException closed) {
            // By the client, in the middle of something.
        }
    }

    /** Returns whether the connection goes on. */
    private boolean relay(RawRequest request, FaultServer.Connection client, Socket server) throws IOException {
        Fault fault = request.method().equals("HEAD") ? Fault.NONE : faults.apply(request);
        if (!interim.isEmpty()) {
            client.write(interim);
            client.stayQuiet();
        }
        byte[] answer = fault.stores() ? answer(request, server) : new byte[0];
        client.write(fault == Fault.NONE ? answer : fault.answer().getBytes(StandardCharsets.UTF_8));
        switch (fault.ending()) {
            case RESET -> client.reset();
            case SILENCE -> client.awaitClose();
            default -> {
                return true;
            }
        }
        return false;
    }

    private byte[] answer(RawRequest request, Socket server) throws IOException {
        server.getOutputStream().write(request.text().getBytes(StandardCharsets.UTF_8));
        InputStream in = server.getInputStream();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        while (!answer.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the server closed before its answer");
            }
            answer.write(next);
        }
        Matcher length = CONTENT_LENGTH.matcher(answer.toString(StandardCharsets.ISO_8859_1));
        if (length.find() && !request.method().equals("HEAD")) {
            answer.write(in.readNBytes(Integer.parseInt(length.group(1))));
        }
        watcher.accept(request, answer.toString(StandardCharsets.UTF_8));
        return answer.toByteArray();
    }
}
