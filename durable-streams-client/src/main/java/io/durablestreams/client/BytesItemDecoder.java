package io.durablestreams.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Hands on bytes as they are; an item is what has arrived when it is taken. */
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

    /** Gathers bytes, but for those at the beginning that have been delivered before. */
    static final class SkippingBuffer {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long skip;
        private long units;

        void begin(byte[] carried, long skip) {
            this.bytes.reset();
            this.bytes.writeBytes(carried);
            this.skip = skip;
            this.units = 0;
        }

        void add(ByteBuffer more) {
            units += more.remaining();
            int skipped = (int) Math.min(skip, more.remaining());
            skip -= skipped;
            more.position(more.position() + skipped);
            byte[] fresh = new byte[more.remaining()];
            more.get(fresh);
            bytes.writeBytes(fresh);
        }

        int size() {
            return bytes.size();
        }

        /** Returns how many bytes were added since the last call, those skipped included. */
        long takeUnits() {
            long taken = units;
            units = 0;
            return taken;
        }

        byte[] take() {
            byte[] taken = bytes.toByteArray();
            bytes.reset();
            return taken;
        }
    }
}
