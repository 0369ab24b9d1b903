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
    private final Consumer<String> onUnwatched;

    /**
     * Creates the registry.
     *
     * @param scheduler calls the listeners
     * @param onUnwatched called with the path when its last watch has ended
     */
    TailWatchers(Scheduler scheduler, Consumer<String> onUnwatched) {
        this.scheduler = scheduler;
        this.onUnwatched = onUnwatched;
    }

    Disposable watch(String path, Runnable listener) {
        // One listener may watch twice: each watch is an entry of its own.
        Runnable entry = listener::run;
        watchersByPath.compute(path, (key, present) -> {
            Watchers watchers = present != null ? present : new Watchers();
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
            // Before anybody can see that the path is not watched any more.
            onUnwatched.accept(path);
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
