package io.durablestreams.server.store.memory;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

import io.durablestreams.protocol.Offset;
import io.durablestreams.server.store.AppendResult;
import io.durablestreams.server.store.AppendVerdict;
import io.durablestreams.server.store.CreateResult;
import io.durablestreams.server.store.StreamAbsentException;
import io.durablestreams.server.store.StreamAppend;
import io.durablestreams.server.store.StreamCreation;
import io.durablestreams.server.store.StreamDeletedException;
import io.durablestreams.server.store.StreamFork;
import io.durablestreams.server.store.StreamInfo;
import io.durablestreams.server.store.StreamPage;
import io.durablestreams.server.store.StreamStore;
import io.durablestreams.server.store.TailWatchers;

/**
 * Keeps streams in memory, for tests, development and small deployments that can lose them. All streams are lost with
 * the process. Before that, the store removes only expired and deleted streams, so its memory has no other bound.
 *
 * <p>All methods work on the thread that subscribes, and signal on it. Appends to one stream wait for each other, for
 * some microseconds. Reads do not wait. Watchers are called on the scheduler. The state of a producer that was idle for
 * seven days is removed when its stream accepts another append of a producer (protocol §5.2.1).
 */
public final class InMemoryStreamStore implements StreamStore {

    private static final int MIN_CREATIONS_BETWEEN_SWEEPS = 256;

    private final ConcurrentMap<String, InMemoryStream> streams = new ConcurrentHashMap<>();
    /** Guards the creation and the end of streams, and their forks. */
    private final Object life = new Object();

    private final AtomicInteger creationsUntilSweep = new AtomicInteger(MIN_CREATIONS_BETWEEN_SWEEPS);
    private final TailWatchers watchers;
    private final Clock clock;

    /** Creates an empty store with the system's clock in UTC and Reactor's parallel scheduler. */
    public InMemoryStreamStore() {
        this(Clock.systemUTC(), Schedulers.parallel());
    }

    /**
     * Creates an empty store.
     *
     * @param clock the clock for the expiry of streams and producers
     * @param scheduler calls the watchers; should have several threads. The store does not dispose of it.
     */
    public InMemoryStreamStore(Clock clock, Scheduler scheduler) {
        this.clock = clock;
        this.watchers = new TailWatchers(scheduler, this::endIfExpired, this::restartIdleWindow);
    }

    @Override
    public Mono<CreateResult> create(String path, StreamCreation creation) {
        return Mono.fromSupplier(() -> {
            Instant now = clock.instant();
            InMemoryStream present;
            InMemoryStream stream;
            synchronized (life) {
                present = find(path, now);
                stream = present != null ? present : add(path, creation, now);
            }
            if (present == null) {
                watchers.signal(path);
                sweepNowAndThen(now);
            }
            return new CreateResult(present == null, stream.info());
        });
    }

    private InMemoryStream add(String path, StreamCreation creation, Instant now) {
        StreamFork fork = creation.fork();
        InMemoryStream stream = fork == null
                ? new InMemoryStream(path, creation, now)
                : require(fork.source(), now).fork(path, creation, fork, now);
        if (stream.source() != null) {
            stream.source().addFork();
        }
        streams.put(path, stream);
        return stream;
    }

    @Override
    public Mono<AppendResult> append(String path, StreamAppend append) {
        return Mono.fromSupplier(() -> {
            Instant now = clock.instant();
            AppendResult result = require(path, now).append(append, now);
            if (result.verdict() instanceof AppendVerdict.Accepted) {
                watchers.signal(path);
            }
            return result;
        });
    }

    @Override
    public Mono<StreamPage> read(String path, Offset offset, int maxBytes) {
        return Mono.fromSupplier(() -> {
            Instant now = clock.instant();
            InMemoryStream stream = require(path, now);
            StreamPage page = stream.read(path, offset, maxBytes);
            stream.use(now);
            return page;
        });
    }

    @Override
    public Mono<StreamInfo> info(String path) {
        return Mono.fromSupplier(() -> require(path, clock.instant()).info());
    }

    @Override
    public Mono<Void> delete(String path) {
        return Mono.fromRunnable(() -> {
            synchronized (life) {
                end(require(path, clock.instant()));
            }
            watchers.signal(path);
        });
    }

    @Override
    public Disposable watch(String path, Runnable listener) {
        return watchers.watch(path, listener);
    }

    /** Returns the number of streams in memory, expired ones included. */
    int size() {
        return streams.size();
    }

    private InMemoryStream require(String path, Instant now) {
        InMemoryStream stream = find(path, now);
        if (stream == null) {
            throw new StreamAbsentException(path);
        }
        return stream;
    }

    /**
     * Returns the stream at a path, or null.
     *
     * @throws StreamDeletedException if only the remains of a stream exist
     */
    private @Nullable InMemoryStream find(String path, Instant now) {
        InMemoryStream stream = streams.get(path);
        if (stream == null || endIfExpired(stream, now) && !stream.isDeleted()) {
            return null;
        }
        if (stream.isDeleted()) {
            throw new StreamDeletedException(path);
        }
        return stream;
    }

    /** Ends an expired stream before its first watch begins, which would otherwise revive it. */
    private void endIfExpired(String path) {
        InMemoryStream stream = streams.get(path);
        if (stream != null) {
            endIfExpired(stream, clock.instant());
        }
    }

    private boolean endIfExpired(InMemoryStream stream, Instant now) {
        if (!hasExpired(stream, now)) {
            return false;
        }
        synchronized (life) {
            if (streams.get(stream.path()) == stream) {
                end(stream);
            }
        }
        return true;
    }

    private boolean hasExpired(InMemoryStream stream, Instant now) {
        Instant deadline = stream.deadline();
        return deadline != null
                && !deadline.isAfter(now)
                && !(stream.hasIdleWindow() && watchers.isWatched(stream.path()));
    }

    /** Ends a stream, of which forks leave the remains. Called with {@link #life} locked. */
    private void end(InMemoryStream stream) {
        if (stream.hasForks()) {
            stream.markDeleted();
            return;
        }
        InMemoryStream ended = stream;
        do {
            streams.remove(ended.path(), ended);
            ended = ended.source();
            if (ended != null) {
                ended.removeFork();
            }
        } while (ended != null && ended.isDeleted() && !ended.hasForks());
    }

    private void restartIdleWindow(String path) {
        InMemoryStream stream = streams.get(path);
        if (stream != null) {
            stream.use(clock.instant());
        }
    }

    /** Removes expired streams that no request has found since. The cost is shared by many creations. */
    private void sweepNowAndThen(Instant now) {
        if (creationsUntilSweep.decrementAndGet() == 0) {
            streams.values().forEach(stream -> endIfExpired(stream, now));
            creationsUntilSweep.set(Math.max(MIN_CREATIONS_BETWEEN_SWEEPS, streams.size()));
        }
    }
}
