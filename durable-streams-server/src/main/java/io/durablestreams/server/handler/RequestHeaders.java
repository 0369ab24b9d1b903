package io.durablestreams.server.handler;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.producer.ProducerHeaders;

/** Reads the headers of requests (protocol §5). A malformed header is a {@link BadRequestException}. */
final class RequestHeaders {

    // Fifteen digits of seconds can be added to the present time without an overflow.
    private static final Pattern TTL = Pattern.compile("0|[1-9][0-9]{0,14}");
    private static final Pattern RFC_3339 =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?([Zz]|[+-]\\d\\d:\\d\\d)");

    private RequestHeaders() {}

    /** Returns whether the request closes the stream. Every value except {@code true} counts as absent. */
    static boolean isClosed(StreamRequest request) {
        return StreamHeaders.TRUE.equalsIgnoreCase(request.header(StreamHeaders.STREAM_CLOSED));
    }

    static Duration ttl(String value) {
        if (!TTL.matcher(value).matches()) {
            throw new BadRequestException(StreamHeaders.STREAM_TTL
                    + " must be a number of seconds in digits without leading zeros, but is '" + value + "'");
        }
        return Duration.ofSeconds(Long.parseLong(value));
    }

    static Instant expiresAt(String value) {
        if (RFC_3339.matcher(value).matches()) {
            try {
                return OffsetDateTime.parse(value).toInstant();
            } catch (DateTimeException noSuchDate) {
                // Falls through: the form is valid, but the day or the hour does not exist.
            }
        }
        throw new BadRequestException(StreamHeaders.STREAM_EXPIRES_AT
                + " must be an instant like 2030-01-31T12:00:00Z (RFC 3339), but is '" + value + "'");
    }

    static @Nullable ProducerSequence producer(StreamRequest request) {
        try {
            return ProducerHeaders.parse(
                    request.header(StreamHeaders.PRODUCER_ID),
                    request.header(StreamHeaders.PRODUCER_EPOCH),
                    request.header(StreamHeaders.PRODUCER_SEQ));
        } catch (IllegalArgumentException malformed) {
            throw new BadRequestException(String.valueOf(malformed.getMessage()));
        }
    }
}
