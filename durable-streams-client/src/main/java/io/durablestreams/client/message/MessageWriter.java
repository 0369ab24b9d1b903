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
 * Writes one object at a time as JSON into an array that it uses again. For one thread at a time, and not to be used any
 * more once it has thrown.
 *
 * <p>It keeps its generator. A generator of its own for each message took a third of the time, and 300 bytes. What belongs
 * to one message, such as the identities of objects that occur twice, is Jackson's context, and each message has its own.
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
     * @param mapper knows how objects are written; but never with line breaks, nor with something between them, nor as
     *     anything that is not JSON
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
     * Replaces the message before with this one.
     *
     * @throws IllegalArgumentException when it is written as more than one value, or not as JSON
     * @throws tools.jackson.core.JacksonException when it cannot be written
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
            generator.close(); // A serializer has left something open, which this ends.
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

    /** The array that begins with the message. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Whether it can write another message; the memory that a large one took is given back. */
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
