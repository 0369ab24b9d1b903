package io.durablestreams.server.store.memory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.StreamFormat;
import io.durablestreams.protocol.producer.ProducerState;
import io.durablestreams.protocol.producer.StreamClosure;
import io.durablestreams.server.store.AppendResult;
import io.durablestreams.server.store.AppendState;
import io.durablestreams.server.store.AppendVerdict;
import io.durablestreams.server.store.ForkConflictException;
import io.durablestreams.server.store.InvalidForkException;
import io.durablestreams.server.store.InvalidOffsetException;
import io.durablestreams.server.store.StreamAppend;
import io.durablestreams.server.store.StreamConfig;
import io.durablestreams.server.store.StreamCreation;
import io.durablestreams.server.store.StreamFork;
import io.durablestreams.server.store.StreamInfo;
import io.durablestreams.server.store.StreamPage;
import io.durablestreams.server.store.StreamPosition;
import io.durablestreams.server.store.StreamStoreException;

/**
 * One stream in memory. Writers take turns. Readers never wait, because they read one immutable value, which writers
 * replace.
 */
final class InMemoryStream {

    /**
     * The time for which the state of an idle producer is kept, as recommended for stores in memory (protocol §5.2.1).
     */
    static final Duration PRODUCER_RETENTION = Duration.ofDays(7);

    private final String path;
    private final String incarnation;
    private final StreamConfig config;
    private final @Nullable Origin origin;

    // Written by writers under this object's monitor, read by all threads.
    private volatile Log log = Log.EMPTY;

    // Written and read by writers under this object's monitor. The producer with the oldest use is the first entry.
    private final Map<String, Producer> producers = new LinkedHashMap<>();
    private @Nullable String lastSeq;
    private @Nullable StreamClosure closure;

    // Written by all threads. Of several uses at the same time, the latest may be lost, which costs some microseconds.
    private volatile Instant lastUse;

    // Written by the store, one thread at a time.
    private int forks;
    private volatile boolean deleted;

    /**
     * The origin of a fork.
     *
     * @param source the source
     * @param fork the position in the source
     * @param log the content of the source up to that position
     */
    private record Origin(InMemoryStream source, StreamFork fork, Log log) {}

    /** Creates a stream that is not a fork. */
    InMemoryStream(String path, StreamCreation creation, Instant now) {
        this(path, creation, creation.config(), null, now);
    }

    private InMemoryStream(
            String path, StreamCreation creation, StreamConfig config, @Nullable Origin origin, Instant now) {
        this.path = path;
        this.incarnation = UUID.randomUUID().toString();
        this.config = config;
        this.origin = origin;
        this.lastUse = now;
        if (origin != null) {
            log = origin.log();
        }
        if (!creation.messages().isEmpty()) {
            log = log.plus(creation.messages());
        }
        if (creation.closed()) {
            closure = StreamClosure.PLAIN;
            log = log.close();
        }
    }

    /**
     * Returns a new fork of this stream. The fork does not count as one before it is {@linkplain #addFork added}.
     *
     * @throws StreamStoreException if this stream cannot be forked so
     */
    InMemoryStream fork(String forkPath, StreamCreation creation, StreamFork fork, Instant now) {
        StreamConfig own = creation.config();
        if (!StreamFormat.sameMediaType(config.contentType(), own.contentType())) {
            throw new ForkConflictException(path, config.contentType(), own.contentType());
        }
        Log snapshot = log;
        int index = fork.offset() == null ? snapshot.size : snapshot.indexOfFork(path, fork.offset());
        Log inherited = snapshot.upTo(index);
        if (fork.subOffset() > 0) {
            inherited = inherited.plus(snapshot.beginningOf(index, fork.subOffset(), config.format(), path));
        }
        StreamFork resolved = fork.withOffset(StreamPosition.toOffset(snapshot.startOf(index)));
        return new InMemoryStream(
                forkPath,
                creation,
                fork.inheritsLifetime() ? own.withLifetimeOf(config) : own,
                new Origin(this, resolved, inherited),
                now);
    }

    String path() {
        return path;
    }

    /** Returns the stream that this stream is a fork of, or null. */
    @Nullable
    InMemoryStream source() {
        return origin == null ? null : origin.source();
    }

    void addFork() {
        forks++;
    }

    void removeFork() {
        forks--;
    }

    boolean hasForks() {
        return forks > 0;
    }

    /** Returns whether only the remains of this stream exist. */
    boolean isDeleted() {
        return deleted;
    }

    void markDeleted() {
        deleted = true;
    }

    StreamInfo info() {
        return info(log);
    }

    /** Returns the instant at which this stream expires unless it is used before, or null if it never expires. */
    @Nullable
    Instant deadline() {
        return config.ttl() != null ? lastUse.plus(config.ttl()) : config.expiresAt();
    }

    boolean hasIdleWindow() {
        return config.ttl() != null;
    }

    void use(Instant now) {
        lastUse = now;
    }

    synchronized AppendResult append(StreamAppend append, Instant now) {
        AppendVerdict verdict = AppendVerdict.decide(stateFor(append.producer()), append);
        if (verdict instanceof AppendVerdict.Accepted accepted) {
            commit(append, accepted.producer(), now);
        }
        return new AppendResult(verdict, StreamPosition.toOffset(log.end), log.closed);
    }

    StreamPage read(String path, Offset offset, int maxBytes) {
        Log snapshot = log;
        int from = snapshot.indexOf(path, offset);
        int to = snapshot.endOfPage(from, maxBytes);
        List<byte[]> messages = new ArrayList<>();
        for (int i = from; i < to; i++) {
            messages.addAll(snapshot.appends[i].messages);
        }
        return new StreamPage(info(snapshot), messages, StreamPosition.toOffset(snapshot.startOf(to)));
    }

    private StreamInfo info(Log snapshot) {
        return new StreamInfo(
                incarnation,
                config,
                StreamPosition.toOffset(snapshot.end),
                snapshot.closed,
                origin == null ? null : origin.fork());
    }

    private AppendState stateFor(@Nullable ProducerSequence request) {
        Producer producer = request != null ? producers.get(request.producerId()) : null;
        return new AppendState(config.contentType(), closure, lastSeq, producer != null ? producer.state : null);
    }

    private void commit(StreamAppend append, @Nullable ProducerState newState, Instant now) {
        ProducerSequence request = append.producer();
        if (request != null && newState != null) {
            producers.remove(request.producerId());
            producers.put(request.producerId(), new Producer(newState, now));
            forgetIdleProducers(now.minus(PRODUCER_RETENTION));
        }
        if (append.seq() != null) {
            lastSeq = append.seq();
        }
        Log next = append.body().isEmpty() ? log : log.plus(append.body().messages());
        if (append.close()) {
            closure = new StreamClosure(request);
            next = next.close();
        }
        log = next;
        lastUse = now;
    }

    private void forgetIdleProducers(Instant idleSince) {
        Iterator<Producer> eldest = producers.values().iterator();
        while (eldest.hasNext() && eldest.next().lastUse.isBefore(idleSince)) {
            eldest.remove();
        }
    }

    private record Producer(ProducerState state, Instant lastUse) {}

    private record Append(long start, List<byte[]> messages) {}

    /**
     * The content at one moment. Later values share the array. They fill only elements from {@link #size} on, which
     * this value does not read.
     */
    private static final class Log {

        static final Log EMPTY = new Log(new Append[0], 0, 0, false);

        private final Append[] appends;
        private final int size;
        private final long end;
        private final boolean closed;

        private Log(Append[] appends, int size, long end, boolean closed) {
            this.appends = appends;
            this.size = size;
            this.end = end;
            this.closed = closed;
        }

        Log plus(List<byte[]> messages) {
            long length = 0;
            for (byte[] message : messages) {
                length += message.length;
            }
            Append[] grown = size < appends.length ? appends : Arrays.copyOf(appends, Math.max(8, size * 2));
            grown[size] = new Append(end, messages);
            return new Log(grown, size + 1, end + length, closed);
        }

        /** Returns the content before an append, in an array of its own, because two logs would fill the same elements. */
        Log upTo(int index) {
            return new Log(Arrays.copyOf(appends, index), index, startOf(index), false);
        }

        /**
         * Returns the beginning of an append.
         *
         * @param length the number of messages in JSON, and otherwise of bytes
         */
        List<byte[]> beginningOf(int index, long length, StreamFormat format, String path) {
            List<byte[]> messages = index == size ? List.of() : appends[index].messages;
            long all = format == StreamFormat.JSON
                    ? messages.size()
                    : messages.stream().mapToLong(message -> message.length).sum();
            if (length > all) {
                throw new InvalidForkException(
                        path,
                        "the sub-offset is " + length + ", and "
                                + (index == size
                                        ? "nothing follows the offset"
                                        : "the append that follows the offset has a length of " + all));
            }
            return format == StreamFormat.JSON ? messages.subList(0, (int) length) : firstBytes(messages, length);
        }

        private static List<byte[]> firstBytes(List<byte[]> messages, long length) {
            List<byte[]> first = new ArrayList<>();
            long left = length;
            for (int i = 0; left > 0; i++) {
                byte[] message = messages.get(i);
                first.add(left < message.length ? Arrays.copyOf(message, (int) left) : message);
                left -= message.length;
            }
            return first;
        }

        Log close() {
            return new Log(appends, size, end, true);
        }

        /** Returns the index of the append that begins at the offset, or {@link #size} for the tail and beyond. */
        int indexOf(String path, Offset offset) {
            if (offset.equals(Offset.BEGINNING)) {
                return 0;
            }
            if (offset.equals(Offset.NOW)) {
                return size;
            }
            long position = StreamPosition.of(offset);
            return position >= end ? size : indexOfStart(position, path, offset);
        }

        /** Returns the index of the append before which a fork begins, or {@link #size} for the tail. */
        int indexOfFork(String path, Offset offset) {
            long position = StreamPosition.of(offset);
            if (position > end) {
                throw new InvalidOffsetException(path, offset);
            }
            return position == end ? size : indexOfStart(position, path, offset);
        }

        private int indexOfStart(long position, String path, Offset offset) {
            int low = 0;
            int high = size - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                long start = appends[middle].start;
                if (start == position) {
                    return middle;
                }
                if (start < position) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            throw new InvalidOffsetException(path, offset);
        }

        int endOfPage(int from, int maxBytes) {
            if (from == size) {
                return from;
            }
            long limit = startOf(from) + maxBytes;
            int to = from + 1;
            while (to < size && startOf(to + 1) <= limit) {
                to++;
            }
            return to;
        }

        /** Returns the position before an append, or the end for {@link #size}. */
        long startOf(int index) {
            return index < size ? appends[index].start : end;
        }
    }
}
