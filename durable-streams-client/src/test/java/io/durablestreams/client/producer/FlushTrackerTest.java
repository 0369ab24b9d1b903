package io.durablestreams.client.producer;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.StreamOperation;

import static org.assertj.core.api.Assertions.assertThat;

class FlushTrackerTest {

    private static final DurableStreamException FAILURE = new ProducerClosedException(DurableStreamException.Failure.of(
            StreamOperation.APPEND, URI.create("http://localhost/a"), "by the test", null));

    private final FlushTracker flushes = new FlushTracker();
    private final List<String> ends = new ArrayList<>();

    private Consumer<@Nullable DurableStreamException> noting(String name) {
        return failure -> ends.add(name + (failure == null ? " succeeds" : " fails"));
    }

    private void flush(String name, long lastOrdinal) {
        flushes.await(lastOrdinal, flushes.failures(), noting(name));
    }

    @Test
    void eachFlushEndsWhenAllBeforeItIsSettled() {
        flush("first", 3);
        flush("second", 5);

        flushes.settledBefore(3, true);
        assertThat(ends).isEmpty();
        flushes.settledBefore(4, true);
        assertThat(ends).containsExactly("first succeeds");
        flushes.settledBefore(Long.MAX_VALUE, true);
        assertThat(ends).containsExactly("first succeeds", "second succeeds");
        assertThat(flushes.isEmpty()).isTrue();
    }

    @Test
    void aFailureIsToldToAllWhoWaitForItAndToNobodyLater() {
        flush("before", 3);
        flush("first", 5);
        flush("second", 9);

        flushes.failed(4, 5, FAILURE);
        flushes.settledBefore(Long.MAX_VALUE, true);
        flush("later", 9);
        flushes.settledBefore(Long.MAX_VALUE, true);

        assertThat(ends).containsExactly("before succeeds", "first fails", "second fails", "later succeeds");
    }

    @Test
    void aFailureThatNobodyWaitsForIsToldToTheNextFlushOnly() {
        flushes.failed(1, 1, FAILURE);

        flush("next", 1);
        flush("later", 1);
        flushes.settledBefore(Long.MAX_VALUE, true);

        assertThat(ends).containsExactly("next fails", "later succeeds");
    }

    /** While the content type is being learned, a flush ends inside the batch that is made of all that waits for it. */
    @Test
    void aFailureThatAFlushIsToldInPartIsToldToTheNextOneToo() {
        flush("first", 1);

        flushes.failed(1, 2, FAILURE);
        flushes.settledBefore(3, true);
        flush("next", 2);
        flushes.settledBefore(3, true);

        assertThat(ends).containsExactly("first fails", "next fails");
    }

    @Test
    void aFailureThatComesBetweenTheCallAndTheFlushIsToldToBoth() {
        flush("first", 2);
        long failuresBefore = flushes.failures();

        flushes.failed(2, 2, FAILURE);
        flushes.await(2, failuresBefore, noting("second"));
        flushes.settledBefore(3, true);

        assertThat(ends).containsExactly("first fails", "second fails");
    }

    @Test
    void whatOneOfThemThrowsDoesNotKeepTheOthersFromBeingTold() {
        flushes.await(1, 0, failure -> {
            throw new NoClassDefFoundError("in a subscriber, by the test");
        });
        flush("second", 1);

        flushes.settledBefore(2, true);

        assertThat(ends).containsExactly("second succeeds");
    }

    @Test
    void aRestartWaitsUntilNothingIsUnderWay() {
        flush("flush", 2);
        flushes.awaitRestart(2, flushes.failures(), noting("restart"));

        flushes.settledBefore(4, false);
        assertThat(ends).containsExactly("flush succeeds");
        flushes.settledBefore(4, true);
        assertThat(ends).containsExactly("flush succeeds", "restart succeeds");
    }

    @Test
    void onlyARestartHoldsUpWhatComesBehindIt() {
        flush("flush", 1);
        assertThat(flushes.hasBarrier()).isFalse();

        flushes.awaitRestart(2, flushes.failures(), noting("restart"));
        flush("later", 3);
        assertThat(flushes.barrier()).isEqualTo(2);

        flushes.settledBefore(3, true);
        assertThat(flushes.hasBarrier()).isFalse();
        assertThat(ends).containsExactly("flush succeeds", "restart succeeds");
    }
}
