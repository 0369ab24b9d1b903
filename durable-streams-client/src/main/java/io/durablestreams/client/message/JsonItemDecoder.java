package io.durablestreams.client.message;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.RawJson;
import io.durablestreams.protocol.json.JsonArraySplitter;
import io.durablestreams.protocol.json.JsonArraySplitter.Messages;

/**
 * Splits arrays into messages, and passes them to a {@link MessageReader}, many at a time. If one of them cannot be
 * read, it and the messages after it are read one by one.
 */
final class JsonItemDecoder<T> implements ItemDecoder<T> {

    private final MessageReader<T> messageReader;
    private final ItemType.Unreadable<T> unreadable;
    private final int maxMessageBytes;
    private final List<Messages> ended = new ArrayList<>();

    /** The decisions about messages after the committed position that were not delivered, by their index. */
    private final Map<Long, Decision<T>> decisions = new HashMap<>();

    private JsonArraySplitter splitter;
    private int endedBytes;
    private long skip;
    private long taken;

    /** The decision of the application about a message. */
    private record Decision<T>(RawJson message, @Nullable T item) {}

    JsonItemDecoder(MessageReader<T> messageReader, ItemType.Unreadable<T> unreadable, int maxMessageBytes) {
        this.messageReader = messageReader;
        this.unreadable = unreadable;
        this.maxMessageBytes = maxMessageBytes;
        this.splitter = new JsonArraySplitter(maxMessageBytes);
    }

    /** Reads the messages that the splitter found. */
    interface MessageReader<T> {

        /** Adds all messages to the items. After an exception, the items up to the failing message are added. */
        void read(Messages messages, List<? super T> items);
    }

    @Override
    public void begin(long skip) {
        this.splitter = new JsonArraySplitter(maxMessageBytes);
        this.ended.clear();
        this.endedBytes = 0;
        this.skip = skip;
        this.taken = 0;
    }

    @Override
    public void feed(ByteBuffer bytes) {
        splitter.feed(bytes);
    }

    @Override
    public void endBody() {
        splitter.end();
        endedBytes += splitter.readyBytes();
        addReady();
        splitter = new JsonArraySplitter(maxMessageBytes);
    }

    private void addReady() {
        Messages messages = splitter.take();
        if (messages != null) {
            ended.add(messages);
        }
    }

    @Override
    public int readyBytes() {
        return endedBytes + splitter.readyBytes();
    }

    @Override
    public Taken<T> take() {
        addReady();
        int units = ended.stream().mapToInt(Messages::count).sum();
        int skipped = (int) Math.min(skip, units);
        Reading reading = new Reading(units, skipped);
        for (Messages messages : ended) {
            if (reading.failure == null) {
                reading.read(messages);
            }
        }
        ended.clear();
        endedBytes = 0;
        skip -= skipped;
        taken += units;
        return reading.taken();
    }

    @Override
    public void delivered() {
        decisions.clear();
    }

    @Override
    public void commit() {
        skip = 0;
        taken = 0;
        decisions.clear();
    }

    @Override
    public boolean holdsBytes() {
        return false;
    }

    @Override
    public void flushHeld() {}

    /** The items of one {@link #take}: one for each message, which is null if there is none. */
    private final class Reading {

        private final int units;
        private final int skipped;
        private final List<@Nullable T> items;
        private boolean hasGaps;
        private @Nullable Throwable failure;

        Reading(int units, int skipped) {
            this.units = units;
            this.skipped = skipped;
            this.items = new ArrayList<>(units);
        }

        void read(Messages messages) {
            int before = items.size();
            try {
                messageReader.read(messages, items);
            } catch (Throwable cause) {
                readEach(messages.each(), items.size() - before, cause);
            }
        }

        private void readEach(List<byte[]> messages, int first, Throwable cause) {
            handle(messages.get(first), cause);
            for (byte[] message : messages.subList(first + 1, messages.size())) {
                if (failure != null) {
                    return;
                }
                try {
                    messageReader.read(new Messages(message, 0, message.length, 1), items);
                } catch (Throwable next) {
                    handle(message, next);
                }
            }
        }

        private void handle(byte[] message, Throwable cause) {
            int unit = items.size();
            try {
                // Skipped messages have been handled before.
                T item = unit < skipped ? null : replacement(new RawJson(message), taken + unit, cause);
                hasGaps |= item == null;
                items.add(item);
            } catch (Throwable decided) {
                failure = decided;
            }
        }

        /** A response that is read again asks about no message again. */
        private @Nullable T replacement(RawJson message, long index, Throwable cause) {
            Decision<T> known = decisions.get(index);
            if (known != null && known.message().equals(message)) {
                return known.item();
            }
            Throwable defect = ItemType.defect(message.bytes());
            T item = unreadable.replace(
                    new ItemType.Found(message, index, defect == null), defect == null ? cause : defect);
            decisions.put(index, new Decision<>(message, item));
            return item;
        }

        Taken<T> taken() {
            int read = items.size();
            List<@Nullable T> fresh = items.subList(Math.min(skipped, read), read);
            if (hasGaps) {
                fresh = fresh.stream().filter(Objects::nonNull).toList();
            }
            Unread unread = failure == null ? null : new Unread(failure, read + 1 == units);
            return new Taken<>(complete(fresh), read - skipped, units, unread);
        }

        @SuppressWarnings({"unchecked", "NullAway"})
        private List<T> complete(List<@Nullable T> withoutGaps) {
            return (List<T>) withoutGaps;
        }
    }
}
