package io.durablestreams.autoconfigure.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The tasks that still run when all lifecycles of executors have ended, because their executor waits for them on its own
 * destruction ({@code spring.task.execution.shutdown.await-termination}). Tasks may append, so the producers wait for
 * them.
 */
final class LateTasks {

    private static final Duration POLL = Duration.ofMillis(10);

    private final List<ThreadPoolTaskExecutor> executors;
    private final List<ThreadPoolTaskScheduler> schedulers;
    private final List<SimpleAsyncTaskExecutor> threads;

    LateTasks(ConfigurableListableBeanFactory beans) {
        executors = ExistingBeans.of(ThreadPoolTaskExecutor.class, beans).toList();
        schedulers = ExistingBeans.of(ThreadPoolTaskScheduler.class, beans).toList();
        threads = ExistingBeans.of(SimpleAsyncTaskExecutor.class, beans).toList();
    }

    /** Completes when no task is running or queued, or when the timeout expires. */
    Mono<Void> ended(Duration timeout) {
        Mono<Void> pools = Mono.defer(() -> isBusy()
                ? Flux.interval(POLL).takeUntil(tick -> !isBusy()).take(timeout).then()
                : Mono.empty());
        // Closing them waits for their tasks, if they are configured to wait, and is harmless to repeat.
        return pools.then(
                Endings.each(threads, each -> Mono.fromRunnable(each::close), timeout, (each, failure) -> {}));
    }

    /** An executor that is shut down already does not wait on its destruction, and ends in a phase of its own. */
    private boolean isBusy() {
        return executors.stream()
                        .map(ThreadPoolTaskExecutor::getThreadPoolExecutor)
                        .anyMatch(pool -> isActive(pool)
                                || !pool.isShutdown() && !pool.getQueue().isEmpty())
                || schedulers.stream()
                        .map(ThreadPoolTaskScheduler::getScheduledThreadPoolExecutor)
                        .anyMatch(LateTasks::isActive);
    }

    private static boolean isActive(ThreadPoolExecutor pool) {
        return !pool.isShutdown() && pool.getActiveCount() > 0;
    }

    /** Returns whether a task may be running. The executors of {@link #threads} do not report it. */
    boolean mayRun() {
        return !threads.isEmpty() || isBusy();
    }
}
