package io.durablestreams.conformance.adapter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * Answers every request as if it were about a JSON stream that is closed and holds {@code [1,2]}, and notes what came.
 * What is below {@code /absent} is not there.
 */
final class NotingServer implements AutoCloseable {

    private static final Map<String, Integer> STATUSES = Map.of("PUT", 201, "POST", 204, "DELETE", 204);

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    NotingServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Each request as method, path with query, the protocol's headers, and the body. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) {
        try (exchange) {
            String method = exchange.getRequestMethod();
            requests.add(method + " " + exchange.getRequestURI() + headers(exchange.getRequestHeaders())
                    + body(exchange.getRequestBody().readAllBytes()));
            Headers headers = exchange.getResponseHeaders();
            headers.add("Content-Type", "application/json");
            headers.add("Stream-Next-Offset", "o2");
            headers.add("Stream-Up-To-Date", "true");
            headers.add("Stream-Closed", "true");
            for (String number : List.of("Producer-Epoch", "Producer-Seq")) {
                String sent = exchange.getRequestHeaders().getFirst(number);
                headers.add(number, sent != null ? sent : "0");
            }
            boolean absent = exchange.getRequestURI().getPath().startsWith("/absent");
            byte[] body = method.equals("GET") ? "[1,2]".getBytes(StandardCharsets.UTF_8) : new byte[0];
            exchange.sendResponseHeaders(absent ? 404 : success(exchange), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int success(HttpExchange exchange) {
        boolean numbered = exchange.getRequestHeaders().containsKey("Producer-Id");
        return numbered ? 200 : STATUSES.getOrDefault(exchange.getRequestMethod(), 200);
    }

    private static String headers(Headers headers) {
        StringBuilder text = new StringBuilder();
        headers.keySet().stream()
                .filter(name -> name.matches("(?i)(stream|producer|x)-.*|content-type"))
                .sorted()
                .forEach(name -> text.append(" ").append(name).append("=").append(headers.getFirst(name)));
        return text.toString();
    }

    private static String body(byte[] bytes) {
        return bytes.length == 0 ? "" : " " + new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
