package io.durablestreams.benchmarks;

import java.util.List;
import java.util.concurrent.Semaphore;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

import io.durablestreams.client.producer.IdempotentProducer;
import io.durablestreams.protocol.AppendReceipt;

/** Sends messages, so many at a time, and subscribes to each outcome without allocating anything. */
final class Sends implements CoreSubscriber<AppendReceipt> {

    private static final int MAX_OUTSTANDING = 30_000;

    private final Semaphore places = new Semaphore(MAX_OUTSTANDING);

    /** Returns when all messages are on their way. */
    void sendAll(IdempotentProducer producer, List<?> messages) {
        for (Object message : messages) {
            places.acquireUninterruptibly();
            producer.send(message).subscribe(this);
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(1);
    }

    @Override
    public void onNext(AppendReceipt receipt) {}

    @Override
    public void onError(Throwable failure) {
        failure.printStackTrace();
        places.release();
    }

    @Override
    public void onComplete() {
        places.release();
    }
}
