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
 * The watches of a store, by path: what {@link StreamStore#watch} needs.
 *
 * <p>A store passes its watches on to {@link #watch}, and calls {@link #signal} after it has committed a change. A
 * signal costs the writer one look-up and at most one task, regardless of the number of watches. Signals that arrive
 * before that task runs lead to one call.
 *
 * <p>All methods may be called from any thread. They do not block, except for the short time in which a path is locked.
 */
public final class TailWatchers {

    private final ConcurrentMap<String, Watchers> watchersByPath = new ConcurrentHashMap<>();
    private final Scheduler scheduler;
    private final Consumer<String> beforeFirst;
    private final Consumer<String> afterLast;

    /**
     * Creates a registry without watches. The two callbacks run while the path is locked: they must be quick, must not
     * throw, and must not call this registry.
     *
     * @param scheduler calls the listeners
     * @param beforeFirst called with a path before its first watch begins to count
     * @param afterLast called with a path when its last watch has ended, before it ceases to count
     */
    public TailWatchers(Scheduler scheduler, Consumer<String> beforeFirst, Consumer<String> afterLast) {
        this.scheduler = scheduler;
        this.beforeFirst = beforeFirst;
        this.afterLast = afterLast;
    }

    /**
     * Adds a watch. Several watches may have the same listener.
     *
     * @param path a path; a stream need not exist there
     * @param listener called on the scheduler after each signal; must be quick and must not throw
     * @return ends the watch. A call that is already running on the scheduler may still finish.
     */
    public Disposable watch(String path, Runnable listener) {
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

    /** Returns whether a path has a watch. */
    public boolean isWatched(String path) {
        return watchersByPath.containsKey(path);
    }

    /**
     * Calls the listeners of a path on the scheduler. For each watch of the path, the listener is called, or
     * the reads after the beginning of the watch return the change.
     *
     * @param path the path at which a change was committed
     */
    public void signal(String path) {
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
