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
 * Gathers the messages of many threads into batches, in the order of acceptance, and bounds the bytes that are not
 * settled. Messages that find no room, or come before the content type is known, queue up and go first. Thread-safe.
 */
final class BatchAccumulator {

    /** About what a message takes beside its bytes while it queues up. */
    private static final int QUEUED_OVERHEAD = 128;

    /** Messages that may queue up in any case, however little their bytes are to take. */
    private static final int LEAST_QUEUED = 1000;

    private final ProducerSettings.Batching batching;
    private final ProducerSettings.Buffering buffering;
    private final boolean lingersNot;
    private final long maxQueued;
    private final Timing timing;
    private final ReentrantLock lock = new ReentrantLock();

    // All guarded by the lock.
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

    /** What became of a message that was offered. */
    enum Offer {
        /** It is in the open batch, with nothing to do yet. */
        ADDED,

        /** It is in a batch, and it is time to look whether one can go out. */
        ADDED_AND_DUE,

        /** Nothing has happened: there is no room, or earlier messages are in the queue. The message has to queue up. */
        QUEUE_UP,

        /** The producer is closed. */
        CLOSED
    }

    /** What became of a message that queues up. */
    enum Queued {
        /** There is room for it, and it will be in a batch soon. */
        ACCEPTED,

        /** It waits for room. */
        WAITING,

        /** There is no room, and it must not wait. */
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
     * Puts the message that an array begins with into the open batch, if there is room and nobody waits for it. This is
     * what each message costs, next to its serialisation, and so it allocates nothing and does not look at the clock.
     */
    Offer offer(byte[] bytes, int length, @Nullable ReceiptListener receipt) {
        lock.lock();
        try {
            if (closed) {
                return Offer.CLOSED;
            }
            if (!hasRoom(length) || !queueTakes(length)) {
                seal(); // Room comes from what is settled, so what takes it up must not linger.
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
     * The queue has no room of its own: its messages will be in batches. Their number is limited as well: small ones, of
     * which many may queue up while the content type is being learned, take more room beside their bytes than for them.
     */
    private boolean queueTakes(int length) {
        return queue.size() < maxQueued && bufferedBytes + queuedBytes + length <= buffering.maxBufferedBytes();
    }

    /** Sees to it that the open batch can take a message; returns whether it is to begin, and then to be looked at. */
    private boolean makeOpen(int length) {
        if (!open.isEmpty() && open.sizeWith(length) > maxBatchBytes) {
            seal();
        }
        return open.isEmpty();
    }

    /** Adds a message to the open batch; returns whether that is due now. */
    private boolean add(byte[] bytes, int length, long ordinal, @Nullable ReceiptListener receipt) {
        open.add(bytes, length, ordinal, receipt);
        bufferedBytes += length;
        if (open.count() >= batching.maxBatchItems() || open.sizeWith(0) >= maxBatchBytes) {
            seal();
            return true;
        }
        return lingersNot;
    }

    /** The server refuses bodies of a size: batches that begin or go on from now on get half of it at most. */
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
     * Queues a message up. Whether there is room for it is decided here, under the same lock that takes the room: a
     * decision of before could have been made by several threads about the same room.
     *
     * @param mayWait whether it may queue up without room
     */
    Queued enqueue(PendingMessage message, boolean mayWait) {
        return locked(() -> {
            if (closed) {
                return Queued.CLOSED;
            }
            int size = message.size();
            boolean room = queueTakes(size);
            if (!room) {
                seal(); // As above.
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

    /** Takes a message out of the queue; false when it has left it already. */
    boolean remove(PendingMessage message) {
        return locked(() -> {
            boolean queued = queue.remove(message);
            queuedBytes -= queued ? message.size() : 0;
            return queued;
        });
    }

    /**
     * Lets messages from the queue into batches as long as there is room.
     *
     * @param encoder makes the bytes of those that have none yet
     * @param failed told, in the end, of those that have none and never will
     */
    void admit(Function<Object, byte[]> encoder, BiConsumer<PendingMessage, Throwable> failed) {
        List<PendingMessage> left = new ArrayList<>();
        Map<PendingMessage, Throwable> failures = new LinkedHashMap<>();
        locked(() -> {
            for (PendingMessage next = queue.peek(); next != null; next = queue.peek()) {
                byte[] bytes = next.bytes();
                try {
                    bytes = bytes != null ? bytes : encoder.apply(next.message());
                } catch (Throwable cause) { // Whatever it is, those behind the message must not wait for it.
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

    /** Empties the queue because all in it fails. Appends that are still waiting for room are refused with that. */
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
     * Returns the next batch that is complete, or else the open one if it has lingered long enough or is waited for, or
     * null.
     *
     * @param age how long it has to linger
     * @param awaited the place of the last message that somebody waits for, which may have been in the queue until now
     */
    @Nullable
    OutgoingBatch poll(long age, long awaited) {
        return locked(() -> {
            // Both in one step: a batch that is sealed between them must not be overtaken by the one behind it.
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
     * How many nanoseconds the open batch still has to linger, or -1 if there is none.
     *
     * @param age how long it has to linger in all
     */
    long openUntil(long age) {
        return locked(() -> open.isEmpty() ? -1 : Math.max(0, open.createdNanos() + age - timing.nanos()));
    }

    /** Ends the lingering of what has been accepted; returns the place of the last message. */
    long sealOpen() {
        return locked(() -> {
            seal();
            return accepted;
        });
    }

    /** The place of the first message that has not been polled, or the greatest number. */
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

    /** A batch is settled and its bytes do not count any more. */
    void release(OutgoingBatch batch) {
        locked(() -> bufferedBytes -= batch.messageBytes());
    }

    /** The size of all messages in batches that are not settled. */
    long bufferedBytes() {
        return locked(() -> bufferedBytes);
    }

    /** Returns a place behind all messages so far, for something that follows them. */
    long nextOrdinal() {
        return locked(() -> ++accepted);
    }

    /** Accepts nothing from now on; false when that is so already. */
    boolean close() {
        return locked(() -> {
            boolean first = !closed;
            closed = true;
            return first;
        });
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
