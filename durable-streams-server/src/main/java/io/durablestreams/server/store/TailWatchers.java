package io.durablestreams.server.store;

import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Who watches which path. A signal costs the writer one look-up and at most one task, however many watchers there are;
 * signals that come while that task waits for its turn are the same signal.
 */
final class TailWatchers {

    private final ConcurrentMap<String, Watchers> watchersByPath = new ConcurrentHashMap<>();
    private final Scheduler scheduler;
    private final Consumer<String> beforeFirst;
    private final Consumer<String> afterLast;

    /**
     * Creates the registry.
     *
     * @param scheduler calls the listeners
     * @param beforeFirst called with a path before its first watch begins to count
     * @param afterLast called with a path when its last watch has ended, before it ceases to count
     */
    TailWatchers(Scheduler scheduler, Consumer<String> beforeFirst, Consumer<String> afterLast) {
        this.scheduler = scheduler;
        this.beforeFirst = beforeFirst;
        this.afterLast = afterLast;
    }

    Disposable watch(String path, Runnable listener) {
        // One listener may watch twice: each watch is an entry of its own.
        Runnable entry = listener::run;
        watchersByPath.compute(path, (key, present) -> {
            Watchers watchers = present;
            if (watchers == null) {
                beforeFirst.accept(path);
                watchers = new Watchers();
            }
            watchers.listeners.add(entry);
            return watchers;
        });
        return Disposables.composite(() -> unwatch(path, entry));
    }

    boolean isWatched(String path) {
        return watchersByPath.containsKey(path);
    }

    void signal(String path) {
        // A reader watches and then reads; a writer commits and then looks here. The fence keeps the commit before the
        // look-up, whose read alone could overtake it.
        VarHandle.fullFence();
        Watchers watchers = watchersByPath.get(path);
        if (watchers != null && watchers.signalled.compareAndSet(false, true)) {
            scheduler.schedule(watchers);
        }
    }

    private void unwatch(String path, Runnable entry) {
        watchersByPath.computeIfPresent(path, (key, watchers) -> {
            watchers.listeners.remove(entry);
            if (!watchers.listeners.isEmpty()) {
                return watchers;
            }
            afterLast.accept(path);
            return null;
        });
    }

    private static final class Watchers implements Runnable {

        private final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean signalled = new AtomicBoolean();

        @Override
        public void run() {
            signalled.set(false);
            listeners.forEach(Runnable::run);
        }
    }
}
