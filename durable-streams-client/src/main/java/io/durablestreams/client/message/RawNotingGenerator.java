package io.durablestreams.client.message;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.SerializableString;
import tools.jackson.core.util.JsonGeneratorDelegate;

/**
 * Records whether text was written that the generator does not check, such as a property with {@code @JsonRawValue}.
 * Such text may be invalid JSON.
 */
final class RawNotingGenerator extends JsonGeneratorDelegate {

    private boolean raw;

    RawNotingGenerator(JsonGenerator generator) {
        super(generator, false);
    }

    /** Returns whether such text was written since the last call. */
    boolean takeRaw() {
        boolean taken = raw;
        raw = false;
        return taken;
    }

    @Override
    public JsonGenerator writeRaw(String text) {
        raw = true;
        return super.writeRaw(text);
    }

    @Override
    public JsonGenerator writeRaw(String text, int offset, int length) {
        raw = true;
        return super.writeRaw(text, offset, length);
    }

    @Override
    public JsonGenerator writeRaw(SerializableString text) {
        raw = true;
        return super.writeRaw(text);
    }

    @Override
    public JsonGenerator writeRaw(char[] text, int offset, int length) {
        raw = true;
        return super.writeRaw(text, offset, length);
    }

    @Override
    public JsonGenerator writeRaw(char character) {
        raw = true;
        return super.writeRaw(character);
    }

    @Override
    public JsonGenerator writeRawValue(String text) {
        raw = true;
        return super.writeRawValue(text);
    }

    @Override
    public JsonGenerator writeRawValue(String text, int offset, int length) {
        raw = true;
        return super.writeRawValue(text, offset, length);
    }

    @Override
    public JsonGenerator writeRawValue(char[] text, int offset, int length) {
        raw = true;
        return super.writeRawValue(text, offset, length);
    }

    @Override
    public JsonGenerator writeRawUTF8String(byte[] text, int offset, int length) {
        raw = true;
        return super.writeRawUTF8String(text, offset, length);
    }
}
