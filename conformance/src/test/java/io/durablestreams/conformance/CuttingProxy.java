package io.durablestreams.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between client and server and cuts connections when the server has answered: within the answer, or before its
 * first byte. Unlike with {@link Fault#droppedConnection()}, the server has done what was asked for.
 */
final class CuttingProxy implements AutoCloseable {

    private final URI target;
    private final int maxBytes;
    private final SplittableRandom random;
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger cuts = new AtomicInteger();

    /**
     * Starts to listen.
     *
     * @param target the server
     * @param maxBytes the most bytes of answers that a connection lasts; most connections last far less
     * @param seed decides how long each of them lasts
     */
    CuttingProxy(URI target, int maxBytes, long seed) throws IOException {
        this.target = target;
        this.maxBytes = maxBytes;
        this.random = new SplittableRandom(seed);
        threads.execute(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** How many connections it has cut. */
    int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(target.getHost(), target.getPort());
                open.add(client);
                open.add(server);
                threads.execute(() -> forward(client, server, Integer.MAX_VALUE));
                int life = (int) (maxBytes * Math.pow(random.nextDouble(), 3));
                threads.execute(() -> forward(server, client, life));
            } catch (IOException closed) {
                // Either the proxy is closed, or the server is gone and the client will see that it gets no answer.
            }
        }
    }

    private void forward(Socket from, Socket to, int life) {
        byte[] buffer = new byte[4096];
        int left = life;
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, Math.min(count, left));
                if (count > left) {
                    cuts.incrementAndGet();
                    return;
                }
                left -= life == Integer.MAX_VALUE ? 0 : count;
            }
        } catch (IOException cutOrClosed) {
            // The other direction has closed both.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdown();
    }
}
