package io.durablestreams.protocol.reader;

import java.time.Duration;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The failure of a request, before or during its response.
 *
 * @param outlook whether a retry may succeed
 * @param retryAfter the minimum delay that the server asked for, or null if it asked for none
 * @param status the status of the response, or null if it had none or the status is not the reason
 * @param answered whether a successful response had begun, in the form that the request asked for
 * @param took the time from the request to the failure
 */
public record ReadFailure(
        Outlook outlook,
        @Nullable Duration retryAfter,
        @Nullable Integer status,
        boolean answered,
        Duration took) {

    /** Whether a retry may succeed. */
    public enum Outlook {

        /** A retry cannot succeed. */
        LASTING,

        /** A retry may succeed, but the failure looks permanent. The retries of live reads are limited, too. */
        DOUBTFUL,

        /** A retry may succeed. */
        PASSING
    }

    /** The status of gateways that have no answer of the server, or do not know the version of HTTP. */
    private static final Set<Integer> OF_GATEWAYS = Set.of(502, 504, 505);

    private static final int SERVER_ERROR = 500;
    private static final int NOT_IMPLEMENTED = 501;

    /** Refusals of the stream, its data or the credentials. Long-poll would meet the same. */
    private static final Set<Integer> NOT_ABOUT_SSE = Set.of(401, 402, 403, 404, 407, 408, 410, 429, 451);

    boolean passing() {
        return outlook != Outlook.LASTING;
    }

    /** Returns whether a gateway has answered, possibly because it cannot pass on the answer of the server. */
    boolean isOfGateway() {
        return !answered && status != null && OF_GATEWAYS.contains(status);
    }

    /** Returns whether the response to an SSE request says that there is no SSE: it is a refusal, or not an event stream. */
    boolean refusesSse() {
        if (answered || status == null) {
            return false;
        }
        boolean refused = status / 100 == 4 && !NOT_ABOUT_SSE.contains(status);
        return refused || status / 100 == 2 || status == SERVER_ERROR || status == NOT_IMPLEMENTED;
    }
}
