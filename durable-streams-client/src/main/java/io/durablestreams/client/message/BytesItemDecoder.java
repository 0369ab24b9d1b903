package io.durablestreams.client.message;

import java.nio.ByteBuffer;
import java.util.List;

/** Delivers bytes unchanged. An item contains the bytes that have arrived since the last one. */
final class BytesItemDecoder implements ItemDecoder<byte[]> {

    private final SkippingBuffer buffer = new SkippingBuffer();

    @Override
    public void begin(long skip) {
        buffer.begin(new byte[0], skip);
    }

    @Override
    public void feed(ByteBuffer bytes) {
        buffer.add(bytes);
    }

    @Override
    public void endBody() {}

    @Override
    public int readyBytes() {
        return buffer.size();
    }

    @Override
    public Taken<byte[]> take() {
        long units = buffer.takeUnits();
        byte[] bytes = buffer.take();
        return new Taken<>(bytes.length == 0 ? List.of() : List.of(bytes), bytes.length, units);
    }

    @Override
    public void commit() {}

    @Override
    public boolean holdsBytes() {
        return false;
    }

    @Override
    public void flushHeld() {}
}
