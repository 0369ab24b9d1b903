package io.durablestreams.client.reader;

import reactor.core.publisher.Mono;

import io.durablestreams.client.error.DurableStreamException;

/**
 * Decides about a request of a read that failed for good: for the first one and for any later one alike.
 *
 * <p>It is asked when the read would end with the failure, so not while retries are left and not about messages that cannot
 * be read. A typical use is to get new credentials after a 401. The read then goes on from where it stood, at once for
 * the first time and after a wait that grows from then on. After three failures in a row without anything read in between
 * it is not asked any more.
 */
@FunctionalInterface
public interface ReadRecovery {

    /**
     * Returns how to go on. It is subscribed to once; an empty result lets the read end with the failure, an error ends
     * it with that error.
     *
     * @param failure what the read would end with
     */
    Mono<RequestChanges> recover(DurableStreamException failure);
}
