package io.durablestreams.protocol.producer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.producer.LaneStep.Attempt;

/**
 * The batches of a {@link ProducerLane} that are not settled, in the order of the offers. Those with a number come first,
 * in the order of their numbers, and are no more than may be in flight; no method looks beyond them.
 *
 * @param <B> what a batch is to the driver
 * @param <C> what the cause of a failure is to the driver
 */
final class LaneQueue<B, C> implements Iterable<LaneEntry<B, C>> {

    private final Deque<LaneEntry<B, C>> entries = new ArrayDeque<>();

    private int inFlight;

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

    /** Adds a batch, with the deadline of the one before it if that is later. */
    LaneEntry<B, C> add(B batch, long deadlineNanos) {
        LaneEntry<B, C> last = entries.peekLast();
        boolean ordered = last == null || deadlineNanos - last.deadlineNanos() >= 0;
        LaneEntry<B, C> added = new LaneEntry<>(batch, ordered ? deadlineNanos : last.deadlineNanos());
        entries.add(added);
        return added;
    }

    void remove(LaneEntry<B, C> entry) {
        entries.remove(entry);
    }

    /** The first batch, or null. */
    @Nullable
    LaneEntry<B, C> first() {
        return entries.peekFirst();
    }

    /** The first batch that is not in flight, or null. */
    @Nullable
    LaneEntry<B, C> firstHeld() {
        for (LaneEntry<B, C> entry : entries) {
            if (!entry.isInFlight()) {
                return entry;
            }
        }
        return null;
    }

    /** Puts a batch in flight, under the number that it has or else the next one. */
    Attempt<B> send(LaneEntry<B, C> entry, LaneNumbers numbers) {
        inFlight++;
        long seq = entry.isNumbered() ? entry.seq() : numbers.take();
        return entry.send(numbers.epoch(), seq, numbers.lastAcknowledged());
    }

    /** Returns the batch that an attempt in flight is of, which is in flight no more. */
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

    /** Whether an attempt under a number that a batch has now may be stored, or may still arrive. */
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

    /** Tells the batches that a number is stored or given up. */
    void settled(long seq) {
        for (LaneEntry<B, C> entry : entries) {
            if (!entry.isNumbered()) {
                break;
            }
            entry.settled(seq);
        }
    }

    /** Takes out all batches. */
    List<LaneEntry<B, C>> takeAll() {
        List<LaneEntry<B, C>> all = List.copyOf(entries);
        entries.clear();
        inFlight = 0;
        return all;
    }

    /** Takes out all batches that are not in flight. */
    List<LaneEntry<B, C>> takeHeld() {
        List<LaneEntry<B, C>> held =
                entries.stream().filter(entry -> !entry.isInFlight()).toList();
        entries.removeIf(entry -> !entry.isInFlight());
        return held;
    }

    /** Takes out those of them that are over their deadlines, which are in the order of the offers. */
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
     * Takes the numbers away, and puts the parts of what is split in its place.
     *
     * @param freeSeq a number that is not stored and never will be, nor are those above
     * @return what is split, in order
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
