package io.durablestreams.client.cache;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;

/** Copies a body while it is read. Provides the copy if the body has ended regularly and is not too large. */
final class BodyRecorder {

    private final int maxBytes;
    private final long announcedBytes;
    private final Consumer<byte[]> whole;
    private @Nullable ByteArrayOutputStream copy = new ByteArrayOutputStream();

    /**
     * Creates a recorder for one body.
     *
     * @param maxBytes the size of the largest body that is copied
     * @param announcedBytes the length that the body should have, or a negative number if it is not known
     * @param whole receives the copy
     */
    BodyRecorder(int maxBytes, long announcedBytes, Consumer<byte[]> whole) {
        this.maxBytes = maxBytes;
        this.announcedBytes = announcedBytes;
        this.whole = whole;
    }

    /**
     * Returns the body. Only the first subscription is recorded. A subscriber that abandons a response subscribes again
     * to drain the rest, which ends regularly although it is incomplete.
     */
    Flux<DataBuffer> record(Flux<DataBuffer> body) {
        return body.doOnNext(this::copy)
                .doOnComplete(this::end)
                .doOnTerminate(this::stop)
                .doOnCancel(this::stop);
    }

    private void stop() {
        copy = null;
    }

    private void copy(DataBuffer buffer) {
        ByteArrayOutputStream bytes = copy;
        if (bytes == null) {
            return;
        }
        if (buffer.readableByteCount() > maxBytes - bytes.size()) {
            copy = null;
            return;
        }
        byte[] part = new byte[buffer.readableByteCount()];
        buffer.toByteBuffer(ByteBuffer.wrap(part));
        bytes.writeBytes(part);
    }

    private void end() {
        ByteArrayOutputStream bytes = copy;
        if (bytes != null && (announcedBytes < 0 || announcedBytes == bytes.size())) {
            whole.accept(bytes.toByteArray());
        }
    }
}
