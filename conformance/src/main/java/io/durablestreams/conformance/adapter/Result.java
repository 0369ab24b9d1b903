package io.durablestreams.conformance.adapter;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** The fields of a result, in the order in which they were added. */
final class Result {

    /** Writes ASCII only, so that no reader of lines can take U+2028 or U+2029 for the end of one. */
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final Map<String, Object> fields = new LinkedHashMap<>();

    private Result() {}

    /** Returns the result of a command that has succeeded, whose type is set later. */
    static Result success() {
        return new Result().with("type", "").with("success", true);
    }

    static Result error(String commandType, ErrorCode code, @Nullable String message) {
        return new Result()
                .with("type", "error")
                .with("success", false)
                .with("commandType", commandType)
                .with("errorCode", code)
                .with("message", String.valueOf(message));
    }

    /** Sets a field, or leaves it out if there is no value or an empty map. */
    Result with(String name, @Nullable Object value) {
        if (value != null && !(value instanceof Map<?, ?> map && map.isEmpty())) {
            fields.put(name, value);
        }
        return this;
    }

    /** Returns this result as one of a command of this type, unless it is an error. */
    Result as(String type) {
        fields.replace("type", "", type);
        return this;
    }

    String toJson() {
        return MAPPER.writeValueAsString(fields);
    }
}
