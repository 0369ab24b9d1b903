package io.durablestreams.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server of plain sockets that does to its connections, one after the other, what a test tells it: byte by byte, or
 * wrong.
 */
final class FaultServer implements BeforeEachCallback, AfterEachCallback {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int MOMENT_MILLIS = 20;
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");

    private final LinkedBlockingQueue<Script> scripts = new LinkedBlockingQueue<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final List<Thread> connections = new CopyOnWriteArrayList<>();
    private final AtomicInteger connectionsLeft = new AtomicInteger();
    private volatile Script always;
    private final Socket reservation = new Socket();
    private volatile ServerSocket listener;

    /** What happens to one connection; it is closed in the end. */
    interface Script {

        void play(Connection connection) throws IOException;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        listen(0);
    }

    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        listener.close();
        reservation.close();
        for (int i = 0; i < connections.size(); i++) { // Those that listen come first, and may still add one.
            connections.get(i).join(PATIENCE_MILLIS);
        }
        assertThat(connections).as("connections that were left open").noneMatch(Thread::isAlive);
        assertThat(failures).isEmpty();
        assertThat(scripts).as("connections that were not made").isEmpty();
    }

    String url() {
        return "http://localhost:" + listener.getLocalPort() + "/stream";
    }

    /** Refuses connections from now on; returns the port for {@link #listenAgain}, and keeps others from taking it. */
    int stopListening() throws IOException {
        int port = listener.getLocalPort();
        reservation.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        reservation.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        listener.close();
        return port;
    }

    void listenAgain(int port) throws IOException {
        listen(port);
        reservation.close();
    }

    private void listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        listener = socket;
        start(this::accept);
    }

    /** Tells what to do with the next connection that has no script yet. */
    FaultServer then(Script script) {
        scripts.add(script);
        return this;
    }

    /** Answers one request with these bytes and closes. */
    FaultServer thenSend(String answer) {
        return then(connection -> {
            connection.readRequest();
            connection.write(answer);
        });
    }

    /** Answers every request on every further connection, of which there may be so many. */
    void thenAlways(int maxConnections, UnaryOperator<String> answers) {
        thenPlay(maxConnections, connection -> {
            for (String request = connection.nextRequest(); request != null; request = connection.nextRequest()) {
                connection.write(answers.apply(request));
            }
        });
    }

    /** Does this to every further connection, of which there may be so many. */
    void thenPlay(int maxConnections, Script script) {
        connectionsLeft.set(maxConnections);
        always = script;
    }

    /** The requests that were read, whole. */
    List<String> requests() {
        return requests;
    }

    /** The first lines of the requests without method and version. */
    List<String> targets() {
        return requests.stream().map(request -> request.split(" ")[1]).toList();
    }

    private void start(Runnable task) {
        Thread thread = new Thread(task, "fault-server");
        thread.setDaemon(true);
        connections.add(thread);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            Script script = scripts.poll();
            if (script == null && connectionsLeft.getAndDecrement() > 0) {
                script = always;
            }
            if (script == null) {
                throw new IllegalStateException("a connection too many");
            }
            script.play(new Connection(socket));
        } catch (Exception failure) {
            failures.add(failure);
        }
    }

    /** One connection, seen from the server. */
    final class Connection {

        private final Socket socket;

        private Connection(Socket socket) {
            this.socket = socket;
        }

        /** Reads a request with its body. */
        String readRequest() throws IOException {
            String request = nextRequest();
            if (request == null) {
                throw new IOException("the client closed before its request");
            }
            return request;
        }

        /** Reads a request with its body, or returns null when the client closes instead. */
        String nextRequest() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            while (!endsWithEmptyLine(head)) {
                int next = in.read();
                if (next < 0 && head.size() == 0) {
                    return null;
                }
                if (next < 0) {
                    throw new IOException("the client closed within the head of a request: " + head);
                }
                head.write(next);
            }
            String request = head.toString(StandardCharsets.UTF_8);
            Matcher length = CONTENT_LENGTH.matcher(request);
            if (length.find()) {
                byte[] body = in.readNBytes(Integer.parseInt(length.group(1)));
                if (body.length < Integer.parseInt(length.group(1))) {
                    throw new IOException("the client closed within the body of a request: " + request);
                }
                request += new String(body, StandardCharsets.UTF_8);
            }
            requests.add(request);
            return request;
        }

        private boolean endsWithEmptyLine(ByteArrayOutputStream head) {
            int size = head.size();
            return size >= 4 && head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n");
        }

        /** Reads a request up to its body, of which much more may be on its way. */
        void readHead() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
        }

        void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.UTF_8));
        }

        void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        /** Writes each byte as a packet of its own. */
        void writeSlowly(String text) throws IOException {
            writeSlowly(text.getBytes(StandardCharsets.UTF_8));
        }

        void writeSlowly(byte[] bytes) throws IOException {
            for (byte b : bytes) {
                write(new byte[] {b});
            }
        }

        /** Waits for a moment, in which the client must neither send anything nor close. */
        void stayQuiet() throws IOException {
            socket.setSoTimeout(MOMENT_MILLIS);
            try {
                int next = socket.getInputStream().read();
                throw new IOException(next < 0 ? "the client closed" : "the client sent more");
            } catch (SocketTimeoutException quiet) {
                socket.setSoTimeout(PATIENCE_MILLIS);
            }
        }

        /** Closes with a reset instead of an end. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Waits until the client closes; fails if it does not. */
        void awaitClose() {
            try {
                while (socket.getInputStream().read() >= 0) {
                    throw new IllegalStateException("the client sent more");
                }
            } catch (SocketTimeoutException stillOpen) {
                throw new IllegalStateException("the client left the connection open", stillOpen);
            } catch (SocketException reset) {
                // Closed as well.
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        /** Reads the rest of a request that the client closes within or after; fails if another request follows. */
        void awaitEnd() throws IOException {
            byte[] buffer = new byte[1 << 16];
            try {
                for (int read = 0; read >= 0; read = socket.getInputStream().read(buffer)) {
                    if (new String(buffer, 0, read, StandardCharsets.ISO_8859_1).contains("HTTP/1.1")) {
                        throw new IllegalStateException("the client sent another request");
                    }
                }
            } catch (SocketTimeoutException stillOpen) {
                throw new IllegalStateException("the client left the connection open", stillOpen);
            } catch (SocketException reset) {
                // Closed as well.
            }
        }

        /** Waits until the client closes, and does something again and again meanwhile. */
        void awaitClose(Runnable meanwhile) throws IOException {
            socket.setSoTimeout(10);
            for (int i = 0; i < PATIENCE_MILLIS / 10 && isOpen(); i++) {
                meanwhile.run();
            }
            socket.setSoTimeout(1);
            awaitClose();
        }

        private boolean isOpen() throws IOException {
            try {
                return socket.getInputStream().read() >= 0;
            } catch (SocketTimeoutException silent) {
                return true;
            } catch (SocketException reset) {
                return false;
            }
        }
    }
}
