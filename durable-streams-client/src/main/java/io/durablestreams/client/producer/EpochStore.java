package io.durablestreams.client.producer;

import java.net.URI;
import java.nio.file.Path;

import reactor.core.publisher.Mono;

/**
 * Remembers the epochs of producers, so that one that comes back under the same id starts above all that it has ever
 * used (protocol §5.2.1). A producer asks for its first epoch before its first request, and tells of a later one before
 * its first request under that.
 *
 * <p>Both operations are cold and may be subscribed to on threads that must not be blocked. What they have told is
 * durable: neither a crash of the application nor one of its machine takes it back. When they fail, the change may or may
 * not have been made; an epoch that is skipped does no harm. Several applications may use one store at the same time.
 *
 * <p>A producer is named by the stream and its id. A store may leave out what tells streams apart, such as the host:
 * producers that share epochs skip some of them.
 *
 * <p>{@code io.durablestreams.test.EpochStoreContract}, in the starter for tests, is this contract as JUnit tests.
 */
public interface EpochStore {

    /**
     * Returns an epoch that was never returned or recorded before for this producer, and is greater than all that were.
     *
     * @param stream the URL of the stream
     * @param producerId the identity of the producer
     * @param least the least epoch to return
     */
    Mono<Long> next(URI stream, String producerId, long least);

    /**
     * Records that a producer goes on under an epoch, and completes. Recording one that is not above all known ones
     * changes nothing, so repeating it is harmless.
     *
     * @param stream the URL of the stream
     * @param producerId the identity of the producer
     * @param epoch the epoch
     */
    Mono<Void> record(URI stream, String producerId, long epoch);

    /** Returns a store that forgets everything with the application, for tests. */
    static EpochStore inMemory() {
        return new InMemoryEpochStore();
    }

    /**
     * Returns a store that keeps all epochs in one file, which is replaced as a whole and written through to the disk at
     * every change. It works on Reactor's {@code boundedElastic} scheduler. Of the stream it goes by the path of the URL
     * only, because servers move. Applications on the same machine may share the file, which a lock file next to it
     * protects.
     *
     * @param file the file, which is created, with its directories, when it is needed first
     */
    static EpochStore file(Path file) {
        return new FileEpochStore(file);
    }
}
