package io.durablestreams.conformance.adapter;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.DeliveryTimeoutException;
import io.durablestreams.client.error.DurableStreamException;
import io.durablestreams.client.error.InvalidOffsetException;
import io.durablestreams.client.error.ProducerClosedException;
import io.durablestreams.client.error.ProducerFencedException;
import io.durablestreams.client.error.ProducerSequenceGapException;
import io.durablestreams.client.error.StreamClosedException;
import io.durablestreams.client.error.StreamConflictException;
import io.durablestreams.client.error.StreamContentException;
import io.durablestreams.client.error.StreamGoneException;
import io.durablestreams.client.error.StreamNotFoundException;
import io.durablestreams.client.error.StreamProtocolException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.error.StreamSeqConflictException;
import io.durablestreams.client.error.StreamTimeoutException;
import io.durablestreams.client.error.TransientStreamException;

/** The error codes of the adapter protocol, chosen by the type of the exception, never by its message. */
final class Failures {

    private Failures() {}

    /** A command that the adapter, or the library, does not have. */
    static final class NotSupportedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotSupportedException(String message) {
            super(message);
        }
    }

    /** A command has data in another form than it declares. */
    static final class MalformedDataException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        MalformedDataException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    static Result toResult(String commandType, Throwable failure) {
        Throwable reason = reason(failure);
        ErrorCode code = code(reason);
        Result result = Result.error(commandType, code, failure.getMessage())
                .with("status", code == ErrorCode.PARSE_ERROR ? null : status(reason))
                .with("details", details(reason));
        return commandType.equals("append") ? withNumbers(result, reason) : result;
    }

    /** Adds the numbers that the server reported to an error result of {@code append}. */
    private static Result withNumbers(Result result, Throwable failure) {
        if (failure instanceof ProducerFencedException fenced) {
            return result.with("producerEpoch", fenced.currentEpoch());
        }
        return failure instanceof ProducerSequenceGapException gap
                ? result.with("producerExpectedSeq", gap.expectedSeq()).with("producerReceivedSeq", gap.receivedSeq())
                : result;
    }

    /** Returns the cause of a failure that only reports giving up, or else the failure itself. */
    private static Throwable reason(Throwable failure) {
        boolean gaveUp =
                failure instanceof DeliveryTimeoutException || failure instanceof AppendOutcomeUnknownException;
        return gaveUp && failure.getCause() instanceof DurableStreamException cause ? reason(cause) : failure;
    }

    private static @Nullable Integer status(Throwable failure) {
        return failure instanceof DurableStreamException known ? known.status() : null;
    }

    private static ErrorCode code(Throwable failure) {
        if (failure instanceof StreamNotFoundException) {
            return ErrorCode.NOT_FOUND;
        }
        if (failure instanceof InvalidOffsetException || failure instanceof StreamGoneException) {
            return ErrorCode.INVALID_OFFSET;
        }
        if (failure instanceof StreamClosedException || failure instanceof ProducerClosedException) {
            return ErrorCode.STREAM_CLOSED;
        }
        if (failure instanceof StreamSeqConflictException || failure instanceof ProducerSequenceGapException) {
            return ErrorCode.SEQUENCE_CONFLICT;
        }
        if (failure instanceof StreamConflictException) {
            return ErrorCode.CONFLICT;
        }
        if (failure instanceof ProducerFencedException) {
            return ErrorCode.STALE_EPOCH;
        }
        if (failure instanceof StreamProtocolException
                || failure instanceof StreamContentException
                || failure instanceof MalformedDataException) {
            return ErrorCode.PARSE_ERROR;
        }
        if (failure instanceof NotSupportedException) {
            return ErrorCode.NOT_SUPPORTED;
        }
        return withoutTypeOfItsOwn(failure);
    }

    private static ErrorCode withoutTypeOfItsOwn(Throwable failure) {
        if (status(failure) != null) {
            return ErrorCode.UNEXPECTED_STATUS;
        }
        if (failure instanceof TimeoutException
                || failure instanceof StreamTimeoutException
                || failure instanceof DeliveryTimeoutException) {
            return ErrorCode.TIMEOUT;
        }
        if (failure instanceof TransientStreamException) {
            return ErrorCode.NETWORK_ERROR;
        }
        // Without a status, the request could not even be made.
        boolean invalid = failure instanceof IllegalArgumentException || failure instanceof StreamRequestException;
        return invalid ? ErrorCode.INVALID_ARGUMENT : ErrorCode.INTERNAL_ERROR;
    }

    private static Map<String, Object> details(Throwable failure) {
        Map<String, Object> details = new LinkedHashMap<>();
        if (failure instanceof ProducerFencedException fenced) {
            details.put("currentEpoch", fenced.currentEpoch());
        } else if (failure instanceof ProducerSequenceGapException gap) {
            details.put("expectedSeq", gap.expectedSeq());
            details.put("receivedSeq", gap.receivedSeq());
        } else if (failure instanceof StreamClosedException closed && closed.finalOffset() != null) {
            details.put("finalOffset", closed.finalOffset().value());
        } else if (failure instanceof TransientStreamException passing && passing.retryAfter() != null) {
            details.put("retryAfterMs", passing.retryAfter().toMillis());
        }
        return details;
    }
}
