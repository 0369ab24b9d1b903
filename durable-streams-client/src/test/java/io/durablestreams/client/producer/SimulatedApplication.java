package io.durablestreams.client.producer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.fixture.SimulatedTime;
import io.durablestreams.client.producer.ProducerChecks.Wait;
import io.durablestreams.client.producer.SimulatedMessage.Kind;
import io.durablestreams.protocol.AppendReceipt;
import io.durablestreams.protocol.Offset;

/** Uses a producer in every way that there is, on threads of either kind, and tells the checks what it is told. */
final class SimulatedApplication {

    private static final int MOST_STREAMED = 30;
    private static final int SMALL = 10;
    private static final int CLOSE_ATTEMPTS = 3;

    private final ProducerPlan plan;
    private final SplittableRandom random;
    private final SimulatedTime time;
    private final SimulatedMessages messages;
    private final ProducerChecks checks;
    private final RequestChecks requests;
    private final Consumer<Supplier<String>> trace;
    private final DurableStreamClient client;
    private final IdempotentProducer producer;

    private boolean calm;
    private boolean closing;

    SimulatedApplication(ProducerSimulation simulation, DurableStreamClient client) {
        this.plan = simulation.plan();
        this.time = simulation.time();
        this.random = time.split();
        this.messages = simulation.messages();
        this.checks = simulation.checks();
        this.requests = simulation.requests();
        this.trace = simulation::trace;
        this.client = client;
        this.producer =
                simulation.handle(client).producer(ProducerSimulation.PRODUCER_ID, plan.settings(), this::reported);
    }

    /** Does this and that. */
    void act() {
        int choice = random.nextInt(100);
        if (choice < 3) {
            sendAll();
        } else if (choice < 9) {
            flush();
        } else if (choice < 11) {
            restart();
        } else if (random.nextDouble() < plan.application().waits()) {
            send(draw(Kind.SENT));
        } else {
            append(draw(Kind.APPENDED));
        }
    }

    /** Sends something that nothing speaks against any more; the outcome is told. */
    void sendCalmly() {
        calm = true;
        send(draw(Kind.SENT));
    }

    private SimulatedMessage draw(Kind kind) {
        int size = calm ? SMALL : random.nextInt(1, plan.application().largest());
        boolean bad = !calm && random.nextDouble() < plan.application().bad();
        SimulatedMessage message = SimulatedMessage.draw(messages.count(), kind, bad, size, plan.format(), random);
        checks.offered(message);
        return message;
    }

    /** Most applications call from threads that may be blocked; some are called on others. */
    private void onSomeThread(Runnable call) {
        if (random.nextInt(3) == 0) {
            time.onEventLoop(call);
        } else {
            call.run();
        }
    }

    private void append(SimulatedMessage message) {
        trace.accept(() -> "append " + message + " of " + message.length());
        if (random.nextInt(20) == 0) {
            Thread.currentThread().interrupt();
        }
        onSomeThread(() -> {
            try {
                producer.append(message.content());
            } catch (IllegalArgumentException | DurableStreamException refusal) {
                trace.accept(() -> message + " is refused: " + refusal);
                checks.refused(message, refusal);
            }
        });
        Thread.interrupted();
    }

    private void reported(DurableStreamException cause, List<byte[]> failed) {
        for (byte[] bytes : failed) {
            List<Integer> numbers = SimulatedMessage.numbersIn(new String(bytes, StandardCharsets.UTF_8));
            ProducerChecks.require(numbers.size() == 1, "one message is reported as " + numbers);
            SimulatedMessage message = messages.get(numbers.get(0));
            ProducerChecks.require(message.kind() == Kind.APPENDED, message + " is reported");
            failed(message, cause);
        }
    }

    private void failed(SimulatedMessage message, Throwable cause) {
        trace.accept(() -> message + " fails: " + cause);
        if (ProducerChecks.isRefusal(cause)) {
            checks.refused(message, cause);
        } else {
            checks.failed(message, cause);
            react();
        }
    }

    private void acknowledged(SimulatedMessage message, AppendReceipt receipt) {
        trace.accept(() -> message + " is acknowledged: " + receipt);
        checks.acknowledged(message, receipt);
        react();
    }

    private void react() {
        if (!calm && random.nextDouble() < plan.application().reacts()) {
            act();
        }
    }

    private void send(SimulatedMessage message) {
        trace.accept(() -> "send " + message + " of " + message.length());
        onSomeThread(() -> {
            Disposable waiting = producer.send(message.content())
                    .subscribe(receipt -> acknowledged(message, receipt), failure -> failed(message, failure));
            if (!calm && random.nextDouble() < plan.application().cancels()) {
                later(() -> {
                    trace.accept(() -> "nobody waits for " + message);
                    checks.abandoned(message);
                    waiting.dispose();
                });
            }
        });
    }

    private void later(Runnable action) {
        long longest = 4 * plan.application().pace().toNanos();
        time.at(time.nanos() + random.nextLong(longest), () -> onSomeThread(action));
    }

    private void sendAll() {
        int count = random.nextInt(1, MOST_STREAMED);
        List<SimulatedMessage> sent = new ArrayList<>();
        trace.accept(() -> "send " + count + " messages");
        Flux<Object> source = Flux.range(0, count).map(i -> {
            SimulatedMessage message = draw(Kind.STREAMED);
            sent.add(message);
            return message.content();
        });
        onSomeThread(() -> producer.sendAll(source).subscribe(new Receipts(sent)));
    }

    /** Asks for one receipt after the other, or gives up. */
    private final class Receipts extends BaseSubscriber<AppendReceipt> {

        private final List<SimulatedMessage> sent;
        private int received;

        Receipts(List<SimulatedMessage> sent) {
            this.sent = sent;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            if (random.nextBoolean()) {
                requestUnbounded();
            } else {
                requestMore();
            }
        }

        private void requestMore() {
            boolean givesUp = random.nextDouble() < plan.application().cancels() / 4;
            later(givesUp ? this::cancel : () -> request(1 + random.nextInt(3)));
        }

        @Override
        protected void hookOnNext(AppendReceipt receipt) {
            acknowledged(sent.get(received++), receipt);
            requestMore();
        }

        @Override
        protected void hookOnError(Throwable failure) {
            failed(sent.get(received++), failure);
        }

        @Override
        protected void hookFinally(SignalType type) {
            ProducerChecks.require(type != SignalType.ON_COMPLETE || received == sent.size(), "receipts are left out");
            sent.subList(received, sent.size()).forEach(checks::abandoned);
        }
    }

    private void flush() {
        waitFor("flush", 1, producer.flush(), done -> {});
    }

    private void restart() {
        waitFor("restart", 1, producer.restart(), done -> requests.restarted(checks.highestReceipt()));
    }

    private void waitFor(String what, int timeouts, Mono<?> end, Consumer<@Nullable Object> ended) {
        trace.accept(() -> what);
        onSomeThread(() -> {
            Wait wait = checks.waiting(what, timeouts);
            Disposable waiting = end.subscribe(result -> {}, failure -> ended(wait, failure), () -> {
                ended(wait, null);
                ended.accept(null);
            });
            if (!closing && !calm && random.nextDouble() < plan.application().cancels()) {
                later(() -> {
                    trace.accept(() -> "nobody waits for the " + what);
                    checks.abandoned(wait);
                    waiting.dispose();
                });
            }
        });
    }

    private void ended(Wait wait, @Nullable Throwable failure) {
        trace.accept(() -> wait + " ends" + (failure == null ? "" : ": " + failure));
        checks.ended(wait, failure);
        if (!calm && !closing) {
            react();
        }
    }

    // The end.

    /** Closes the producer, and the stream with it if that is planned. */
    void close() {
        if (closing) {
            return;
        }
        closing = true;
        checks.releasing();
        if (plan.application().givesUp()) {
            giveUp();
        } else if (plan.application().closesStream()) {
            calm = true; // A last message that is refused would leave the producer open.
            closeStream(random.nextBoolean() ? draw(Kind.LAST) : null, CLOSE_ATTEMPTS);
        } else {
            closeProducer();
        }
    }

    /** Waits for less time than a message may take, or not at all. */
    private void giveUp() {
        if (random.nextBoolean()) {
            Duration patience = Duration.ofNanos(
                    random.nextLong(plan.settings().delivery().deliveryTimeout().toNanos()));
            waitFor("closeProducers", 1, client.closeProducers(patience), done -> {});
        } else {
            trace.accept(() -> "dispose");
            time.onEventLoop(client::dispose);
            // This thread does not wait for tasks that another thread was about to run for the producer.
            time.at(time.nanos() + plan.lateness().toNanos(), checks::everythingIsOver);
        }
    }

    private void closeProducer() {
        waitFor("close", 1, producer.close(), done -> {});
        waitFor("close", 1, producer.close(), done -> {});
    }

    private void closeStream(@Nullable SimulatedMessage last, int attempts) {
        requests.askedAgain();
        Mono<Offset> end = producer.closeStream(last == null ? null : last.content())
                .doOnNext(offset -> checks.closed(last))
                .doOnError(failure -> notClosed(last, failure, attempts - 1));
        waitFor("closeStream", 2, end, done -> {});
        if (random.nextInt(4) == 0) {
            waitFor("close with the stream", 2, producer.close(), done -> {});
        }
    }

    private void notClosed(@Nullable SimulatedMessage last, Throwable failure, int attemptsLeft) {
        checks.notClosed(last, failure);
        if (attemptsLeft > 0) {
            later(() -> {
                if (random.nextBoolean()) {
                    restart();
                }
                closeStream(last, attemptsLeft);
            });
        } else {
            later(this::closeProducer);
        }
    }
}
