package io.durablestreams.client.exchange;

import java.io.IOException;

/** A request was given two answers, and either may belong to an earlier request. */
final class TwoAnswersException extends IOException {

    private static final long serialVersionUID = 1L;

    TwoAnswersException() {
        super("there were two answers to one request");
    }
}
