package io.durablestreams.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import static io.durablestreams.conformance.ReferenceServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/** Requests that no client of ours has anything to do with. */
final class Wire {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Wire() {}

    /** Sends a request; headers are names and values by turns. */
    static HttpResponse<String> send(String method, URI url, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url).timeout(PATIENCE).method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** The end of a stream. */
    static String tail(URI stream) {
        HttpResponse<String> answer = send("HEAD", stream, "");
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue("Stream-Next-Offset").orElseThrow();
    }

    /** All that a stream holds. */
    static String content(URI stream) {
        return send("GET", URI.create(stream + "?offset=-1"), "").body();
    }
}
