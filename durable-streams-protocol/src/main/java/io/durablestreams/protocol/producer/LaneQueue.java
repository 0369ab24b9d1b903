package io.durablestreams.protocol.producer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.producer.LaneStep.Attempt;

/**
 * The unsettled batches of a {@link ProducerLane}, in the order of the offers.
 *
 * <p>Batches with a number precede batches without one, in the order of their numbers. Their count is at most the
 * maximum in flight, and the searches in this class end at the first batch without a number.
 *
 * @param <B> the driver's type of batches
 * @param <C> the driver's type of failure causes
 */
final class LaneQueue<B, C> implements Iterable<LaneEntry<B, C>> {

    private final Deque<LaneEntry<B, C>> entries = new ArrayDeque<>();

    private final long leastAnswerNanos;

    private int inFlight;

    /**
     * Creates an empty queue.
     *
     * @param leastAnswerNanos the time before its deadline from which a batch is no longer sent
     */
    LaneQueue(long leastAnswerNanos) {
        this.leastAnswerNanos = leastAnswerNanos;
    }

    int inFlight() {
        return inFlight;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    boolean isAllInFlight() {
        return inFlight == entries.size();
    }

    @Override
    public Iterator<LaneEntry<B, C>> iterator() {
        return entries.iterator();
    }

    /** Adds a batch, with the later of its deadline and the deadline of the previous batch. */
    LaneEntry<B, C> add(B batch, long deadlineNanos) {
        LaneEntry<B, C> last = entries.peekLast();
        boolean ordered = last == null || deadlineNanos - last.deadlineNanos() >= 0;
        LaneEntry<B, C> added =
                new LaneEntry<>(batch, ordered ? deadlineNanos : last.deadlineNanos(), leastAnswerNanos);
        entries.add(added);
        return added;
    }

    void remove(LaneEntry<B, C> entry) {
        entries.remove(entry);
    }

    /** Removes a batch if its deadline is before the end of the delay that the server asks for. Returns whether it is. */
    boolean removeIfOverBefore(@Nullable Duration asked, LaneEntry<B, C> entry, long now) {
        return entry.isOverBefore(asked, now) && entries.remove(entry);
    }

    /** Returns the first batch, or null if there is none. */
    @Nullable
    LaneEntry<B, C> first() {
        return entries.peekFirst();
    }

    /** Returns the first batch that is not in flight, or null if there is none. */
    @Nullable
    LaneEntry<B, C> firstHeld() {
        for (LaneEntry<B, C> entry : entries) {
            if (!entry.isInFlight()) {
                return entry;
            }
        }
        return null;
    }

    /** Marks a batch as in flight. A batch without a number gets the next one. */
    Attempt<B> send(LaneEntry<B, C> entry, LaneNumbers numbers) {
        inFlight++;
        long seq = entry.isNumbered() ? entry.seq() : numbers.take();
        return entry.send(numbers.epoch(), seq, numbers.lastAcknowledged());
    }

    /** Returns the batch of an attempt in flight, and marks the batch as not in flight. */
    LaneEntry<B, C> answered(Attempt<B> attempt) {
        for (LaneEntry<B, C> entry : entries) {
            if (entry.isInFlight() && entry.attempt() == attempt) {
                entry.answered();
                inFlight--;
                return entry;
            }
            if (!entry.isNumbered()) {
                break;
            }
        }
        throw new IllegalStateException("No such attempt is under way: " + attempt.epoch() + "/" + attempt.seq());
    }

    /** Returns whether a batch with this number is outstanding. */
    boolean contains(long seq) {
        for (LaneEntry<B, C> entry : entries) {
            if (!entry.isNumbered() || entry.seq() > seq) {
                break;
            }
            if (entry.seq() == seq) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns whether an attempt of any batch under its current number may be stored, or may still arrive at the
     * server.
     */
    boolean hasUncertain() {
        for (LaneEntry<B, C> entry : entries) {
            if (!entry.isNumbered()) {
                break;
            }
            if (entry.isUncertain()) {
                return true;
            }
        }
        return false;
    }

    /** Releases the batches that wait for a number, because that number is stored or given up. */
    void settled(long seq) {
        for (LaneEntry<B, C> entry : entries) {
            if (!entry.isNumbered()) {
                break;
            }
            entry.settled(seq);
        }
    }

    /** Removes and returns all batches. */
    List<LaneEntry<B, C>> takeAll() {
        List<LaneEntry<B, C>> all = List.copyOf(entries);
        entries.clear();
        inFlight = 0;
        return all;
    }

    /** Removes and returns all batches that are not in flight. */
    List<LaneEntry<B, C>> takeHeld() {
        List<LaneEntry<B, C>> held =
                entries.stream().filter(entry -> !entry.isInFlight()).toList();
        entries.removeIf(entry -> !entry.isInFlight());
        return held;
    }

    /** Removes and returns all batches that are not in flight and past their deadline. Deadlines are in queue order. */
    List<LaneEntry<B, C>> takeExpired(long now) {
        List<LaneEntry<B, C>> expired = new ArrayList<>();
        for (Iterator<LaneEntry<B, C>> all = entries.iterator(); all.hasNext(); ) {
            LaneEntry<B, C> entry = all.next();
            if (entry.deadlineNanos() - now > 0) {
                break;
            }
            if (!entry.isInFlight()) {
                all.remove();
                expired.add(entry);
            }
        }
        return expired;
    }

    /**
     * Removes the numbers of all batches, and replaces split batches by their parts.
     *
     * @param freeSeq the first number that is not stored and never will be; the same applies to all higher numbers
     * @return the split batches, in order
     */
    List<LaneEntry<B, C>> unnumber(long freeSeq) {
        List<LaneEntry<B, C>> numbered = new ArrayList<>();
        for (LaneEntry<B, C> next = entries.peek(); next != null && next.isNumbered(); next = entries.peek()) {
            numbered.add(entries.remove());
            next.unnumber(next.seq() < freeSeq);
        }
        List<LaneEntry<B, C>> whole =
                numbered.stream().flatMap(entry -> entry.pieces().stream()).toList();
        for (int i = whole.size() - 1; i >= 0; i--) {
            entries.addFirst(whole.get(i));
        }
        return numbered.stream().filter(LaneEntry::isSplit).toList();
    }
}
