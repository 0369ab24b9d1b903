package io.durablestreams.client.message;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import io.durablestreams.protocol.json.JsonArraySplitter;
import io.durablestreams.protocol.json.JsonArraySplitter.Messages;

/** Splits arrays into messages, and passes them to a {@link MessageReader}, many at a time. */
final class JsonItemDecoder<T> implements ItemDecoder<T> {

    private final MessageReader<T> messageReader;
    private final int maxMessageBytes;
    private final List<Messages> ended = new ArrayList<>();

    private JsonArraySplitter splitter;
    private int endedBytes;
    private long skip;

    JsonItemDecoder(MessageReader<T> messageReader, int maxMessageBytes) {
        this.messageReader = messageReader;
        this.maxMessageBytes = maxMessageBytes;
        this.splitter = new JsonArraySplitter(maxMessageBytes);
    }

    /** Reads the messages that the splitter found. */
    interface MessageReader<T> {

        /** Adds all messages to the items. */
        void read(Messages messages, List<? super T> items);
    }

    @Override
    public void begin(long skip) {
        this.splitter = new JsonArraySplitter(maxMessageBytes);
        this.ended.clear();
        this.endedBytes = 0;
        this.skip = skip;
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
        List<T> items = new ArrayList<>(units);
        ended.forEach(messages -> messageReader.read(messages, items));
        ended.clear();
        endedBytes = 0;
        int skipped = (int) Math.min(skip, units);
        skip -= skipped;
        items.subList(0, skipped).clear();
        return new Taken<>(items, items.size(), units);
    }

    @Override
    public void commit() {
        skip = 0;
    }

    @Override
    public boolean holdsBytes() {
        return false;
    }

    @Override
    public void flushHeld() {}
}
