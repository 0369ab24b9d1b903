package io.durablestreams.client.reader;

import java.util.Iterator;
import java.util.NoSuchElementException;

import io.durablestreams.protocol.Batch;

/**
 * Reads a stream batch by batch on a thread that may block, such as a thread of Spring MVC or a virtual thread:
 *
 * <pre>{@code
 * try (BatchIterator<Order> batches = reader.live(LiveMode.AUTO).iterate()) {
 *     while (batches.hasNext()) {
 *         Batch<Order> batch = batches.next();
 *         process(batch.items());
 *         save(batch.nextOffset());
 *     }
 * }
 * }</pre>
 *
 * <ul>
 *   <li>The read begins with the first call of {@link #hasNext()} or {@link #next()}.
 *   <li>{@link #hasNext()} and {@link #next()} block until a batch has arrived or the read ends. They request one batch
 *       at a time: a batch that is not taken stays on the server, apart from one part of a response.
 *   <li>A failure of the read is thrown by {@link #hasNext()} or {@link #next()}, as a
 *       {@link io.durablestreams.client.error.DurableStreamException}, after the batches before it.
 *   <li>An interrupt of the waiting thread ends the read. The interrupt status stays set.
 *   <li>{@link #close()} cancels the read. It may be called on any thread, and more than once. Afterwards there is no
 *       next batch.
 *   <li>Other than {@code close()}, the iterator must be used by one thread at a time.
 * </ul>
 *
 * @param <T> the type of the items
 */
public interface BatchIterator<T> extends Iterator<Batch<T>>, AutoCloseable {

    /**
     * Waits for the next batch.
     *
     * @return whether there is a batch. False means that the read has completed, or that the iterator is closed
     * @throws IllegalStateException if the thread must not block, or is interrupted while it waits
     */
    @Override
    boolean hasNext();

    /**
     * Returns the next batch, and waits for it if necessary.
     *
     * @throws NoSuchElementException if there is none
     * @throws IllegalStateException if the thread must not block, or is interrupted while it waits
     */
    @Override
    Batch<T> next();

    /** Cancels the read and closes its connection. Throws no exception. */
    @Override
    void close();
}
