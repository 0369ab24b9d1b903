package io.durablestreams.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request as it is on the wire. */
record RawRequest(String text) {

    String method() {
        return text.substring(0, text.indexOf(' '));
    }

    String header(String name) {
        Matcher matcher = Pattern.compile("(?im)^" + name + ": *(\\S+)").matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no " + name + " in " + text);
        }
        return matcher.group(1);
    }

    String body() {
        return text.substring(text.indexOf("\r\n\r\n") + 4);
    }

    /** The epoch and the number that a producer sent it under. */
    String number() {
        return header("producer-epoch") + "/" + header("producer-seq");
    }
}
