package io.durablestreams.client.producer;

import java.net.URI;
import java.nio.file.Path;

import reactor.core.publisher.Mono;

/**
 * Records the epochs of producers, so that a producer that restarts under the same id begins above all epochs it has
 * used (protocol §5.2.1). A producer requests its first epoch before its first request, and records a later epoch
 * before its first request under that epoch.
 *
 * <p>The contract of an implementation:
 *
 * <ul>
 *   <li>Both operations are cold. They may be subscribed to on threads that must not be blocked.
 *   <li>When an operation has succeeded, its effect survives a crash of the application or the machine.
 *   <li>When an operation has failed, its effect may or may not have happened. Skipping an epoch does no harm.
 *   <li>Several applications may use the same store concurrently.
 *   <li>A producer is identified by its stream and its id. A store may ignore parts of the URL, such as the host.
 *       Producers that then share their epochs skip some of them.
 * </ul>
 *
 * <p>{@code io.durablestreams.test.EpochStoreContract}, in the test starter, checks this contract with JUnit tests.
 */
public interface EpochStore {

    /**
     * Returns an epoch that is greater than every epoch that was returned or recorded for this producer.
     *
     * @param stream the URL of the stream
     * @param producerId the identity of the producer
     * @param least the lowest epoch to return
     */
    Mono<Long> next(URI stream, String producerId, long least);

    /**
     * Records the epoch under which a producer continues, and completes. An epoch that is not above the known ones
     * changes nothing, so the operation may be repeated.
     *
     * @param stream the URL of the stream
     * @param producerId the identity of the producer
     * @param epoch the epoch
     */
    Mono<Void> record(URI stream, String producerId, long epoch);

    /** Returns a store for tests, whose epochs are lost when the application exits. */
    static EpochStore inMemory() {
        return new InMemoryEpochStore();
    }

    /**
     * Returns a store that keeps all epochs in one file. Every change replaces the whole file and writes it through to
     * the disk. The work runs on Reactor's {@code boundedElastic} scheduler. The store identifies a stream by the path
     * of its URL, because servers move. Applications on the same machine may share the file, which is protected by a
     * lock file next to it.
     *
     * @param file the file, which is created together with its directories when it is first needed
     */
    static EpochStore file(Path file) {
        return new FileEpochStore(file);
    }
}
