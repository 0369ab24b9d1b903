package io.durablestreams.client.message;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Collects bytes, except for bytes at the beginning that were already delivered. */
final class SkippingBuffer {

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

    /** Returns the number of bytes that were added since the last call, including skipped ones. */
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
