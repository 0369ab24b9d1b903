package io.durablestreams.smoke.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import io.durablestreams.server.DurableStreamServer;

/**
 * Starts a server, and creates and reads a stream on it. With the argument {@code serve}, the application instead
 * prints the URL of the server, and runs until the standard input ends.
 */
final class ServerApplication {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private ServerApplication() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        DurableStreamServer server = DurableStreamServer.builder().port(0).build();
        server.start().block(PATIENCE);
        if (args.length > 0 && args[0].equals("serve")) {
            System.out.println(server.url());
            System.in.transferTo(System.err);
        } else {
            URI stream = URI.create(server.url() + "/server-alone");
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(stream).timeout(PATIENCE).header("Content-Type", "text/plain");
            expect(
                    201,
                    "",
                    request.PUT(HttpRequest.BodyPublishers.ofString("tea")).build());
            expect(200, "tea", request.GET().build());
        }
        server.stop().block(PATIENCE);
    }

    private static void expect(int status, String body, HttpRequest request) throws IOException, InterruptedException {
        var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (response.statusCode() != status || !response.body().equals(body)) {
            throw new IllegalStateException("Expected " + status + " '" + body + "' for " + request + ", got "
                    + response.statusCode() + " '" + response.body() + "'");
        }
    }
}
