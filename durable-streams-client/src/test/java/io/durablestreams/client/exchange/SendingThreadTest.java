package io.durablestreams.client.exchange;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

class SendingThreadTest {

    private static final String ON_SCHEDULER = "scheduler";

    private final LoopResources resources = LoopResources.create("sending-thread-test");
    private final EventLoopGroup eventLoops = resources.onClient(false);
    private final EventLoop eventLoop = eventLoops.next();
    private final SendingThread thread = new SendingThread();

    @AfterEach
    void end() {
        resources.disposeLater(Duration.ZERO, PATIENCE).block(PATIENCE);
    }

    /** On the event loop itself, as the transport does. */
    private void givenBack(EventLoop itsLoop) throws Exception {
        itsLoop.submit(() -> thread.givenBack(itsLoop)).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** The thread that a task runs on. */
    private String execute() throws Exception {
        CompletableFuture<String> ranOn = new CompletableFuture<>();
        thread.run(() -> ranOn.complete(Thread.currentThread().getName()), Schedulers.single());
        String name = ranOn.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        return name.startsWith("single") ? ON_SCHEDULER : name;
    }

    private static String nameOf(EventLoop eventLoop) throws Exception {
        return eventLoop.submit(() -> Thread.currentThread().getName()).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void runsOnTheSchedulerAsLongAsNoEventLoopIsKnown() throws Exception {
        assertThat(execute()).isEqualTo(ON_SCHEDULER);
    }

    @Test
    void runsOnTheEventLoopOfTheConnectionThatWasGivenBackLast() throws Exception {
        EventLoop other = eventLoops.next();
        givenBack(other);
        givenBack(eventLoop);

        assertThat(execute()).isEqualTo(nameOf(eventLoop)).isNotEqualTo(nameOf(other));
    }

    @Test
    void oneTaskOnlyGoesToAConnectionThatWasGivenBack() throws Exception {
        givenBack(eventLoop);
        execute();

        assertThat(execute()).isEqualTo(ON_SCHEDULER);
        givenBack(eventLoop);
        assertThat(execute()).isEqualTo(nameOf(eventLoop));
    }

    @Test
    void aConnectionThatIsInUseAgainIsOfNoUse() throws Exception {
        givenBack(eventLoop);
        thread.taken(eventLoop);

        assertThat(execute()).isEqualTo(ON_SCHEDULER);
    }

    @Test
    void aRequestOverAnotherConnectionLeavesTheOneThatIsFree() throws Exception {
        givenBack(eventLoop);
        thread.taken(eventLoops.next());

        assertThat(execute()).isEqualTo(nameOf(eventLoop));
    }

    @Test
    void anEventLoopWhoseAnswersComeOnAnotherThreadIsOfNoUse() throws Exception {
        thread.givenBack(eventLoop);

        assertThat(execute()).isEqualTo(ON_SCHEDULER);
    }

    @Test
    void anEventLoopWithThreadsThatMayBlockIsOfNoUse() throws Exception {
        EventLoop mayBlock = new DefaultEventLoop(new DefaultThreadFactory("may-block"));
        givenBack(mayBlock);

        assertThat(execute()).isEqualTo(ON_SCHEDULER);
        mayBlock.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    @Test
    void runsOnTheSchedulerWhenTheEventLoopHasEnded() throws Exception {
        givenBack(eventLoop);
        resources.disposeLater(Duration.ZERO, PATIENCE).block(PATIENCE);

        assertThat(execute()).isEqualTo(ON_SCHEDULER);
    }

    @Test
    void runsOnTheSchedulerWhenTheEventLoopIsTooBusyToTakeIt() throws Exception {
        OwnLoop busy = new OwnLoop() {
            @Override
            void handedOver(Runnable task) {
                throw new RejectedExecutionException("too many tasks");
            }
        };

        assertThat(execute(busy)).containsExactly(ON_SCHEDULER);
        busy.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }

    /** As Netty's does when it terminates between accepting a task and looking whether it should have. */
    @Test
    void aTaskThatAnEndingEventLoopAcceptsAndDropsRunsOnTheScheduler() throws Exception {
        OwnLoop ending = new OwnLoop() {
            @Override
            void handedOver(Runnable task) {
                end();
            }
        };

        assertThat(execute(ending)).containsExactly(ON_SCHEDULER);
    }

    @Test
    void aTaskThatAnEndingEventLoopAcceptsRunsOnce() throws Exception {
        OwnLoop ending = new OwnLoop() {
            @Override
            void handedOver(Runnable task) {
                accept(task);
                end();
            }
        };

        assertThat(execute(ending)).containsExactly(OwnLoop.NAME);
    }

    /** The threads that a task runs on, which should be one. */
    private List<String> execute(OwnLoop itsLoop) throws Exception {
        List<String> ranOn = new ArrayList<>();
        givenBack(itsLoop);
        itsLoop.prepared = true;
        thread.run(
                () -> ranOn.add(itsLoop.inEventLoop() ? Thread.currentThread().getName() : ON_SCHEDULER),
                Schedulers.immediate());
        return ranOn;
    }

    /** An event loop that does with tasks, once it is prepared, what a test wants; its thread must not block. */
    private abstract static class OwnLoop extends DefaultEventLoop {

        static final String NAME = "own-loop";

        boolean prepared;

        OwnLoop() {
            super((ThreadFactory) ItsThread::new);
        }

        abstract void handedOver(Runnable task);

        void accept(Runnable task) {
            super.execute(task);
        }

        void end() {
            assertThat(shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly(PATIENCE.toMillis()))
                    .isTrue();
        }

        @Override
        public void execute(Runnable task) {
            if (prepared) {
                handedOver(task);
            } else {
                super.execute(task);
            }
        }

        private static final class ItsThread extends Thread implements NonBlocking {

            ItsThread(Runnable task) {
                super(task, NAME);
            }
        }
    }
}
