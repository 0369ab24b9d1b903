package io.durablestreams.client.reader;

import reactor.core.publisher.Mono;

import io.durablestreams.client.error.DurableStreamException;

/**
 * Decides how a read continues after a request has failed permanently. This applies to the first request and to all
 * later ones.
 *
 * <p>It is called when the read would otherwise fail. It is not called while retries are left, nor for messages that
 * cannot be read. A typical use is to obtain new credentials after a 401.
 *
 * <p>The read then continues from its last position. The first recovery after a successful request continues
 * immediately, further ones after an increasing delay. After three recoveries without a successful request, the read
 * fails.
 */
@FunctionalInterface
public interface ReadRecovery {

    /**
     * Returns the changes with which the read continues. The result is subscribed to once, and cancelled if it takes
     * longer than {@link ReaderSettings.Timeouts#requestTimeout()}.
     *
     * <ul>
     *   <li>If it is empty, the read fails with {@code failure}.
     *   <li>If it fails, the read fails with the error of the result.
     *   <li>If it takes too long, the read fails with a {@link
     *       io.durablestreams.client.error.StreamRequestException} that says so, whose cause is {@code failure}.
     * </ul>
     *
     * @param failure the failure with which the read would end
     */
    Mono<RequestChanges> recover(DurableStreamException failure);
}
