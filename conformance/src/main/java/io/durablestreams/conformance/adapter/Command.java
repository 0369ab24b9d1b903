package io.durablestreams.conformance.adapter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The fields of a command. A missing field or a wrong type is an invalid argument, and the message names the field. */
record Command(JsonNode json) {

    /** A command without fields. */
    static final Command NONE = new Command(JsonMapper.shared().createObjectNode());

    /**
     * Reads a command.
     *
     * @throws JacksonException when the line is not JSON
     */
    static Command parse(String line) {
        return new Command(JsonMapper.shared().readTree(line));
    }

    boolean is(String type) {
        return type.equals(textOr("type", ""));
    }

    /** The stream that the command is about. */
    String path() {
        return text("path");
    }

    String text(String name) {
        return required(name, optionalText(name));
    }

    String textOr(String name, String otherwise) {
        JsonNode value = json.get(name);
        return value != null && value.isString() ? value.stringValue() : otherwise;
    }

    @Nullable
    String optionalText(String name) {
        JsonNode value = present(name);
        if (value == null) {
            return null;
        }
        require(value.isString(), name, "text", value);
        return value.stringValue();
    }

    long number(String name) {
        return required(name, optionalNumber(name));
    }

    long numberOr(String name, long otherwise) {
        Long value = optionalNumber(name);
        return value != null ? value : otherwise;
    }

    @Nullable
    Long optionalNumber(String name) {
        JsonNode value = present(name);
        if (value == null) {
            return null;
        }
        require(
                value.isNumber() && value.canConvertToExactIntegral() && value.canConvertToLong(),
                name,
                "an integer",
                value);
        return value.longValue();
    }

    /** A number that the library takes as an {@code int}. */
    @Nullable
    Integer optionalInt(String name) {
        Long value = optionalNumber(name);
        if (value == null) {
            return null;
        }
        if (value.intValue() != value) {
            throw new IllegalArgumentException(name + " must be an integer of 32 bits, but is " + value);
        }
        return value.intValue();
    }

    int integer(String name) {
        return required(name, optionalInt(name));
    }

    int integerOr(String name, int otherwise) {
        Integer value = optionalInt(name);
        return value != null ? value : otherwise;
    }

    @Nullable
    Double optionalDecimal(String name) {
        JsonNode value = present(name);
        if (value == null) {
            return null;
        }
        require(value.isNumber(), name, "a number", value);
        return value.doubleValue();
    }

    boolean flag(String name) {
        JsonNode value = present(name);
        if (value == null) {
            return false;
        }
        require(value.isBoolean(), name, "true or false", value);
        return value.booleanValue();
    }

    /** The {@code headers} of the command; none when there are none. */
    Map<String, String> headers() {
        JsonNode headers = present("headers");
        if (headers == null) {
            return Map.of();
        }
        require(headers.isObject(), "headers", "an object", headers);
        Map<String, String> values = new LinkedHashMap<>();
        headers.propertyStream().forEach(header -> {
            require(header.getValue().isString(), "headers." + header.getKey(), "text", header.getValue());
            values.put(header.getKey(), header.getValue().stringValue());
        });
        return values;
    }

    List<String> texts(String name) {
        JsonNode values = required(name, present(name));
        require(values.isArray(), name, "an array", values);
        List<String> texts = new ArrayList<>();
        values.forEach(value -> {
            require(value.isString(), name, "an array of texts", value);
            texts.add(value.stringValue());
        });
        return texts;
    }

    /** The fields of an object within the command. */
    Command within(String name) {
        JsonNode value = required(name, present(name));
        require(value.isObject(), name, "an object", value);
        return new Command(value);
    }

    boolean has(String name) {
        return present(name) != null;
    }

    /** The value of a field as it is, or null. */
    @Nullable
    JsonNode present(String name) {
        JsonNode value = json.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** Calls the library with the value of a field. Its refusal gets a message that begins with the field's name. */
    static <T> T accepted(String name, Supplier<T> call) {
        try {
            return call.get();
        } catch (IllegalArgumentException rejected) {
            throw new IllegalArgumentException(name + ": " + rejected.getMessage(), rejected);
        }
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return value;
    }

    private static void require(boolean valid, String name, String expected, JsonNode value) {
        if (!valid) {
            throw new IllegalArgumentException(name + " must be " + expected + ", but is " + value);
        }
    }
}
