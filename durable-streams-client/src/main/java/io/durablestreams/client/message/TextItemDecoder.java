package io.durablestreams.client.message;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.durablestreams.protocol.StreamFormat;

/**
 * Decodes UTF-8 without splitting characters. An incomplete character at the end is held back until its rest arrives,
 * possibly in the next response. Malformed input becomes U+FFFD.
 */
final class TextItemDecoder implements ItemDecoder<String> {

    private static final byte[] NOTHING = {};

    private final SkippingBuffer buffer = new SkippingBuffer();

    /** The bytes that were held back at the last commit. */
    private byte[] committed = NOTHING;

    /** The bytes that were held back by the last take. */
    private byte[] held = NOTHING;

    /** The number of held bytes that arrived since the beginning, and not in an earlier response. */
    private int heldHere;

    private boolean flushing;

    @Override
    public void begin(long skip) {
        // The committed bytes were delivered with the first part of the response that is being repeated.
        held = skip == 0 ? committed : NOTHING;
        heldHere = 0;
        buffer.begin(NOTHING, skip);
        flushing = false;
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
    public Taken<String> take() {
        long units = buffer.takeUnits();
        byte[] fresh = buffer.take();
        byte[] bytes = StreamFormat.TEXT.join(List.of(held, fresh));
        int end = flushing ? bytes.length : endOfLastCharacter(bytes);
        held = Arrays.copyOfRange(bytes, end, bytes.length);
        int arrived = heldHere + fresh.length;
        heldHere = Math.min(held.length, arrived);
        List<String> items = end == 0 ? List.of() : List.of(new String(bytes, 0, end, StandardCharsets.UTF_8));
        return new Taken<>(items, arrived - heldHere, units);
    }

    /** Returns the length without an incomplete character at the end. */
    private static int endOfLastCharacter(byte[] bytes) {
        int last = bytes.length - 1;
        for (int back = 0; back < 3 && last - back >= 0; back++) {
            int value = bytes[last - back] & 0xff;
            if (value < 0x80) {
                return bytes.length;
            }
            if (value >= 0xc0) {
                int needed = value >= 0xf0 ? 4 : value >= 0xe0 ? 3 : 2;
                return needed > back + 1 ? last - back : bytes.length;
            }
        }
        return bytes.length;
    }

    @Override
    public void commit() {
        committed = held;
    }

    @Override
    public boolean holdsBytes() {
        return held.length > 0;
    }

    @Override
    public void flushHeld() {
        flushing = true;
    }
}
