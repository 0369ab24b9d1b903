package io.durablestreams.client;

import java.util.Arrays;

/** Answers as they are on the wire. All of them end with their connection, except those that are {@link #kept}. */
final class RawAnswers {

    /** The head of an answer that is events. */
    static final String SSE = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    private RawAnswers() {}

    /** The head of an answer that is JSON, but for the empty line. */
    static String head(String nextOffset, String... more) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nStream-Next-Offset: "
                + nextOffset + "\r\n" + String.join("\r\n", more) + (more.length == 0 ? "" : "\r\n");
    }

    /** A whole answer. */
    static String answer(String nextOffset, String body, String... more) {
        return head(nextOffset, more) + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /** A whole answer that reaches the tail. */
    static String caughtUp(String nextOffset, String body) {
        return answer(nextOffset, body, "Stream-Up-To-Date: true");
    }

    /** The answer without the header that ends its connection. */
    static String kept(String answer) {
        return answer.replace("Connection: close\r\n", "");
    }

    /** An answer without a body. */
    static String status(String status, String... headers) {
        return "HTTP/1.1 " + status + "\r\nConnection: close\r\n"
                + (status.startsWith("204") ? "" : "Content-Length: 0\r\n")
                + String.join("\r\n", headers) + (headers.length == 0 ? "" : "\r\n") + "\r\n";
    }

    /** The answer of a long-poll that brought nothing. */
    static String nothingNew(String nextOffset, String... more) {
        String[] headers = Arrays.copyOf(more, more.length + 2);
        headers[more.length] = "Stream-Next-Offset: " + nextOffset;
        headers[more.length + 1] = "Stream-Up-To-Date: true";
        return status("204 No Content", headers);
    }

    static String event(String type, String data) {
        return "event: " + type + "\ndata: " + data + "\n\n";
    }

    /** An event that commits what came before. */
    static String control(String nextOffset) {
        return event("control", "{\"streamNextOffset\":\"" + nextOffset + "\"}");
    }

    /** An event that ends the stream. */
    static String closed(String nextOffset) {
        return event("control", "{\"streamNextOffset\":\"" + nextOffset + "\",\"streamClosed\":true}");
    }
}
