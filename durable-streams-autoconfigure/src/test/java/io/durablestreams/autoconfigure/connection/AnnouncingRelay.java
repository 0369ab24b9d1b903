package io.durablestreams.autoconfigure.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/** Stands between a client and its server, and sends an informational answer before each answer of the server. */
final class AnnouncingRelay implements AutoCloseable {

    private static final byte[] EARLY_HINTS = "HTTP/1.1 103 Early Hints\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern REQUEST = Pattern.compile("^(GET|HEAD|PUT|POST|DELETE) (\\S+) HTTP/1.1\r\n");

    private final ServerSocket listener;
    private final URI server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /**
     * Starts a relay.
     *
     * @param listener accepts the connections of the client
     * @param server where to connect to for each of them, without TLS
     */
    AnnouncingRelay(ServerSocket listener, URI server) {
        this.listener = listener;
        this.server = server;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The requests so far, each as the number of its connection, its method and its path. */
    List<String> requests() {
        return requests;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** Runs to the end of its connection. */
    private interface Task {

        void run() throws IOException;
    }

    private static void start(Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (IOException closed) {
                        // The end of a connection, or of the test.
                    }
                },
                "announcing-relay");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        for (int number = 1; ; number++) {
            int connection = number;
            Socket client = listener.accept();
            Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
            sockets.addAll(List.of(client, upstream));
            start(() -> forward(client, upstream, chunk -> announce(connection, chunk, client.getOutputStream())));
            start(() -> forward(upstream, client, chunk -> {}));
        }
    }

    /** Sees bytes before they are passed on. */
    private interface Watcher {

        void sees(String chunk) throws IOException;
    }

    private static void forward(Socket from, Socket to, Watcher watcher) throws IOException {
        try (from;
                to) {
            byte[] chunk = new byte[1 << 16];
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                watcher.sees(new String(chunk, 0, length, StandardCharsets.ISO_8859_1));
                out.write(chunk, 0, length);
            }
        }
    }

    private void announce(int connection, String chunk, OutputStream client) throws IOException {
        var request = REQUEST.matcher(chunk);
        if (request.find()) {
            requests.add(connection + " " + request.group(1) + " "
                    + URI.create(request.group(2)).getPath());
            client.write(EARLY_HINTS);
        }
    }
}
