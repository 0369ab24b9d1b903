package io.durablestreams.client.message;

import java.io.OutputStream;
import java.util.Arrays;

import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import io.durablestreams.protocol.json.InvalidJsonException;
import io.durablestreams.protocol.json.JsonMessages;

/**
 * Serialises one object at a time as JSON into an array that it reuses. Not thread-safe. Must not be used again after
 * an exception.
 *
 * <p>It reuses its generator, because creating one for each message took a third of the time, and 300 bytes. State of a
 * single message, such as the identities of objects that occur twice, is in Jackson's context, and each message has its
 * own.
 */
final class MessageWriter extends OutputStream {

    private static final int INITIAL_BYTES = 1024;
    private static final int MAX_KEPT_BYTES = 64 * 1024;

    private final ObjectWriter writer;
    private final RawNotingGenerator generator;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;

    /**
     * Creates a writer.
     *
     * @param mapper the mapper, whose configuration applies. Except: no indentation, no separators between values, and
     *     no features that produce invalid JSON
     */
    MessageWriter(JsonMapper mapper) {
        this.writer = mapper.writer()
                .without(SerializationFeature.INDENT_OUTPUT)
                .with(JsonWriteFeature.QUOTE_PROPERTY_NAMES)
                .with(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                .with((PrettyPrinter) null)
                .withRootValueSeparator("");
        this.generator = new RawNotingGenerator(writer.createGenerator(this));
    }

    /**
     * Replaces the previous message by this one.
     *
     * @throws IllegalArgumentException if it is written as more than one value, or as invalid JSON
     * @throws tools.jackson.core.JacksonException if it cannot be written
     */
    void write(Object message) {
        length = 0;
        int before = generator.streamWriteContext().getEntryCount();
        writer.writeValue(generator, message);
        if (generator.streamWriteContext().inRoot()) {
            generator.flush();
            int values = generator.streamWriteContext().getEntryCount() - before;
            if (values > 1) {
                throw new IllegalArgumentException("A message of " + message.getClass() + " is written as " + values
                        + " JSON values instead of one");
            }
        } else {
            generator.close(); // A serializer has not ended an object or array, which this ends.
        }
        if (generator.takeRaw()) {
            requireSingleValue(message);
        }
    }

    private void requireSingleValue(Object message) {
        try {
            byte[] value = JsonMessages.requireSingleValue(Arrays.copyOf(bytes, length));
            length = 0;
            write(value, 0, value.length);
        } catch (InvalidJsonException invalid) {
            throw new IllegalArgumentException(
                    "A message of " + message.getClass() + " has raw JSON in it, with which it is not one JSON value: "
                            + invalid.getMessage(),
                    invalid);
        }
    }

    /** Returns the array that begins with the message. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Returns whether this can write another message. Releases the memory of a large message. */
    boolean reset() {
        if (bytes.length > MAX_KEPT_BYTES) {
            bytes = new byte[INITIAL_BYTES];
        }
        return !generator.isClosed();
    }

    @Override
    public void write(int single) {
        reserve(1);
        bytes[length++] = (byte) single;
    }

    @Override
    public void write(byte[] source, int from, int count) {
        reserve(count);
        System.arraycopy(source, from, bytes, length, count);
        length += count;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
        }
    }
}
