package io.durablestreams.client.producer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.StreamFormat;

/** A message of a {@link ProducerSimulation}, which can be recognised in a body, and what has become of it. */
public final class SimulatedMessage {

    private static final Pattern NUMBER = Pattern.compile("#(\\d+)#");

    private final int number;
    private final boolean bad;
    private final Object content;
    private final String bytes;
    private final Kind kind;

    // Kept by the checks.
    Fate fate = Fate.ACCEPTED;
    boolean stored;
    boolean mayStillFail = true;
    long deadline;
    long bytesBefore;

    @Nullable
    Throwable cause;

    /** How a message was handed to the producer. */
    enum Kind {
        APPENDED,
        SENT,

        /** Sent with others, so that the outcome is told when it is asked for. */
        STREAMED,

        /** The last one, which closes the stream. */
        LAST
    }

    /** What has become of a message, as far as the application knows. */
    enum Fate {
        ACCEPTED,
        REFUSED,
        ACKNOWLEDGED,
        FAILED,

        /** Nobody waits any more to hear. */
        ABANDONED
    }

    /** An object for a JSON stream. */
    record Note(String id, String text) {}

    private SimulatedMessage(int number, Kind kind, boolean bad, Object content, String bytes) {
        this.number = number;
        this.kind = kind;
        this.bad = bad;
        this.content = content;
        this.bytes = bytes;
    }

    /** Makes a message of about the given size, of one of the types that a stream takes. */
    static SimulatedMessage draw(
            int number, Kind kind, boolean bad, int size, StreamFormat format, SplittableRandom random) {
        String id = "#" + number + "#";
        String filling = "x".repeat(Math.max(0, size - id.length()));
        String text = id + filling;
        int type = random.nextInt(3);
        if (format != StreamFormat.JSON) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            Object content = type == 0 ? text : type == 1 ? bytes : ByteBuffer.wrap(bytes);
            return new SimulatedMessage(number, kind, bad, content, text);
        }
        if (type == 0) {
            return new SimulatedMessage(number, kind, bad, text, "\"" + text + "\"");
        }
        String json = "{\"id\":\"" + id + "\",\"text\":\"" + filling + "\"}";
        Object content = type == 1 ? new Note(id, filling) : RawJson.of(json);
        return new SimulatedMessage(number, kind, bad, content, json);
    }

    int number() {
        return number;
    }

    Kind kind() {
        return kind;
    }

    /** Whether the server refuses it for good. */
    boolean isBad() {
        return bad;
    }

    Object content() {
        return content;
    }

    /** How it is written in a body. */
    String bytes() {
        return bytes;
    }

    int length() {
        return bytes.length();
    }

    boolean isSettled() {
        return fate != Fate.ACCEPTED;
    }

    @Override
    public String toString() {
        return "message " + number + " (" + kind + ", " + fate + ")";
    }

    /** The numbers of the messages in a text, in their order. */
    public static List<Integer> numbersIn(String text) {
        List<Integer> numbers = new ArrayList<>();
        Matcher matcher = NUMBER.matcher(text);
        while (matcher.find()) {
            numbers.add(Integer.valueOf(matcher.group(1)));
        }
        return numbers;
    }
}
