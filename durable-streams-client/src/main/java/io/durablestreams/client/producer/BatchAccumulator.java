package io.durablestreams.client.producer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.exchange.Timing;
import io.durablestreams.protocol.StreamFormat;

/**
 * Collects messages from many threads in batches, in the order of acceptance, and limits the bytes that are not
 * settled. Messages wait in a queue if there is no room, or if the content type is not known. Queued messages precede
 * later ones. Thread-safe.
 */
final class BatchAccumulator {

    /** The approximate memory of a queued message besides its bytes. */
    private static final int QUEUED_OVERHEAD = 128;

    /** The number of messages that may always be queued, however few bytes the buffer may take. */
    private static final int LEAST_QUEUED = 1000;

    private final ProducerSettings.Batching batching;
    private final ProducerSettings.Buffering buffering;
    private final boolean lingersNot;
    private final long maxQueued;
    private final Timing timing;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock, down to closed.
    private final Deque<OutgoingBatch> sealed = new ArrayDeque<>();
    private final Deque<PendingMessage> queue = new ArrayDeque<>();
    private final OpenBatch open = new OpenBatch();
    private StreamFormat format = StreamFormat.BINARY;
    private long accepted;
    private long bufferedBytes;
    private long queuedBytes;
    private int maxBatchBytes;
    private boolean closed;

    BatchAccumulator(ProducerSettings settings, Timing timing) {
        this.batching = settings.batching();
        this.buffering = settings.buffering();
        this.lingersNot = batching.linger().isZero();
        this.timing = timing;
        this.maxBatchBytes = batching.maxBatchBytes();
        this.maxQueued = Math.max(LEAST_QUEUED, buffering.maxBufferedBytes() / QUEUED_OVERHEAD);
    }

    /** The result of offering a message. */
    enum Offer {
        /** The message is in the open batch. Nothing is due. */
        ADDED,

        /** The message is in a batch, and a batch may be ready to be sent. */
        ADDED_AND_DUE,

        /** The message was not added, because there is no room or earlier messages are queued. It has to be queued. */
        QUEUE_UP,

        /** The producer is closed. */
        CLOSED
    }

    /** The result of queueing a message. */
    enum Queued {
        /** There is room, and the message will be in a batch soon. */
        ACCEPTED,

        /** The message waits for room. */
        WAITING,

        /** There is no room, and the message must not wait. */
        REFUSED,

        /** The producer is closed. */
        CLOSED
    }

    void formatIs(StreamFormat known) {
        locked(() -> {
            format = known;
            return known;
        });
    }

    /**
     * Adds the message at the beginning of the array to the open batch, if there is room and the queue is empty. Every
     * message passes through here, so this neither allocates memory nor, within a batch, reads the clock.
     */
    Offer offer(byte[] bytes, int length, @Nullable ReceiptListener receipt) {
        lock.lock();
        try {
            if (closed) {
                return Offer.CLOSED;
            }
            if (!hasRoom(length) || !queueTakes(length)) {
                seal(); // Room is released by settled batches, so a batch that occupies room must not linger.
                return Offer.QUEUE_UP;
            }
            if (!queue.isEmpty()) {
                return Offer.QUEUE_UP;
            }
            accepted++;
            boolean first = makeOpen(length);
            if (first) {
                open.begin(format, accepted, timing.nanos());
            }
            return add(bytes, length, accepted, receipt) || first ? Offer.ADDED_AND_DUE : Offer.ADDED;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasRoom(int length) {
        return bufferedBytes + length <= buffering.maxBufferedBytes();
    }

    /**
     * Returns whether the queue accepts a message. Queued messages are counted against the buffer, because they will be
     * in batches. Their number is limited as well, because small messages occupy more memory besides their bytes than
     * for them.
     */
    private boolean queueTakes(int length) {
        return queue.size() < maxQueued && bufferedBytes + queuedBytes + length <= buffering.maxBufferedBytes();
    }

    /**
     * Seals the open batch if it cannot take the message. Returns whether the message begins a batch, which is then
     * due.
     */
    private boolean makeOpen(int length) {
        if (!open.isEmpty() && open.sizeWith(length) > maxBatchBytes) {
            seal();
        }
        return open.isEmpty();
    }

    /** Adds a message to the open batch. Returns whether the batch is due. */
    private boolean add(byte[] bytes, int length, long ordinal, @Nullable ReceiptListener receipt) {
        open.add(bytes, length, ordinal, receipt);
        bufferedBytes += length;
        if (open.count() >= batching.maxBatchItems() || open.sizeWith(0) >= maxBatchBytes) {
            seal();
            return true;
        }
        return lingersNot;
    }

    /** Lowers the size limit of batches to half a size that the server has refused. Returns the new limit. */
    int refusedSize(int bytes) {
        return locked(() -> {
            maxBatchBytes = Math.max(1, Math.min(maxBatchBytes, bytes / 2));
            return maxBatchBytes;
        });
    }

    private void seal() {
        if (!open.isEmpty()) {
            sealed.add(open.seal());
        }
    }

    /**
     * Queues a message. The decision about room and the reservation of room share one lock, because otherwise several
     * threads could claim the same room.
     *
     * @param mayWait whether the message may be queued without room
     */
    Queued enqueue(PendingMessage message, boolean mayWait) {
        return locked(() -> {
            if (closed) {
                return Queued.CLOSED;
            }
            int size = message.size();
            boolean room = queueTakes(size);
            if (!room) {
                seal(); // A batch that occupies room must not linger.
            }
            if (!room && !mayWait) {
                return Queued.REFUSED;
            }
            message.accepted(++accepted, timing.nanos(), room);
            queuedBytes += size;
            queue.add(message);
            return room ? Queued.ACCEPTED : Queued.WAITING;
        });
    }

    /** Removes a message from the queue. Returns false if it is no longer queued. */
    boolean remove(PendingMessage message) {
        return locked(() -> {
            boolean queued = queue.remove(message);
            queuedBytes -= queued ? message.size() : 0;
            return queued;
        });
    }

    /**
     * Moves messages from the queue into batches as long as there is room.
     *
     * @param encoder encodes messages that have no bytes yet
     * @param failed receives, at the end, the messages that cannot be encoded
     */
    void admit(Function<Object, byte[]> encoder, BiConsumer<PendingMessage, Throwable> failed) {
        List<PendingMessage> left = new ArrayList<>();
        Map<PendingMessage, Throwable> failures = new LinkedHashMap<>();
        locked(() -> {
            for (PendingMessage next = queue.peek(); next != null; next = queue.peek()) {
                byte[] bytes = next.bytes();
                try {
                    bytes = bytes != null ? bytes : encoder.apply(next.message());
                } catch (Throwable cause) { // Later messages must not wait for one that cannot be encoded.
                    dequeue();
                    failures.put(next, cause);
                    continue;
                }
                if (!hasRoom(bytes.length) && bufferedBytes > 0) {
                    seal();
                    break;
                }
                dequeue();
                next.admitted();
                if (makeOpen(bytes.length)) {
                    open.begin(format, next.ordinal(), next.acceptedNanos());
                }
                add(bytes, bytes.length, next.ordinal(), next.receipt());
                left.add(next);
            }
            return null;
        });
        left.forEach(message -> message.admission().complete(true));
        failures.forEach(failed);
    }

    private void dequeue() {
        queuedBytes -= queue.remove().size();
    }

    /**
     * Empties the queue, because all queued messages fail. Threads that wait for room receive the cause as the reason
     * of the refusal.
     */
    List<PendingMessage> drainQueue(DurableStreamException cause) {
        return locked(() -> {
            List<PendingMessage> all = List.copyOf(queue);
            all.forEach(message -> message.letGo(cause));
            queue.clear();
            queuedBytes = 0;
            return all;
        });
    }

    /**
     * Returns the next complete batch. If there is none, returns the open batch if it has lingered long enough or is
     * awaited, and otherwise null.
     *
     * @param age how long the open batch lingers, in nanoseconds
     * @param awaited the ordinal of the last message that a flush awaits. That message may still have been queued when
     *     the flush began
     */
    @Nullable
    OutgoingBatch poll(long age, long awaited) {
        return locked(() -> {
            // One step for both, so that a batch that is sealed meanwhile is not overtaken by a later batch.
            if (!sealed.isEmpty()) {
                return sealed.poll();
            }
            if (open.isEmpty() || (open.firstOrdinal() > awaited && timing.nanos() - open.createdNanos() < age)) {
                return null;
            }
            return open.seal();
        });
    }

    /**
     * Returns the nanoseconds that the open batch still lingers, or -1 if there is no open batch.
     *
     * @param age how long the open batch lingers in total, in nanoseconds
     */
    long openUntil(long age) {
        return locked(() -> open.isEmpty() ? -1 : Math.max(0, open.createdNanos() + age - timing.nanos()));
    }

    /** Ends the lingering of the open batch. Returns the ordinal of the last accepted message. */
    long sealOpen() {
        return locked(() -> {
            seal();
            return accepted;
        });
    }

    /** Returns the ordinal of the first message that has not been polled, or {@link Long#MAX_VALUE}. */
    long firstOrdinal() {
        return locked(() -> {
            OutgoingBatch first = sealed.peek();
            if (first != null || !open.isEmpty()) {
                return first != null ? first.firstOrdinal() : open.firstOrdinal();
            }
            PendingMessage next = queue.peek();
            return next != null ? next.ordinal() : Long.MAX_VALUE;
        });
    }

    /** Releases the room of a settled batch. */
    void release(OutgoingBatch batch) {
        locked(() -> bufferedBytes -= batch.messageBytes());
    }

    /** Returns the size of the messages in all batches that are not settled. */
    long bufferedBytes() {
        return locked(() -> bufferedBytes);
    }

    /** Returns an ordinal after all accepted messages. */
    long nextOrdinal() {
        return locked(() -> ++accepted);
    }

    /** Stops accepting messages. */
    void close() {
        locked(() -> closed = true);
    }

    private <R> R locked(Supplier<R> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
