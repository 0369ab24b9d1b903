package io.durablestreams.server.handler;

import java.io.ByteArrayOutputStream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Collects the body of a request, up to a limit. */
final class RequestBody {

    private RequestBody() {}

    /**
     * Returns all bytes of a body.
     *
     * <ul>
     *   <li>Fails with {@link RequestTooLargeException} as soon as the limit is exceeded, and reads no further.
     *   <li>Fails with {@link BadRequestException} if the body breaks off.
     * </ul>
     *
     * @param body the body in pieces
     * @param maxBytes the size limit in bytes
     */
    static Mono<byte[]> collect(Flux<byte[]> body, int maxBytes) {
        return Mono.defer(() -> {
            Pieces pieces = new Pieces(maxBytes);
            return body.onErrorMap(cause -> new BadRequestException("The body of the request broke off: " + cause))
                    .doOnNext(pieces::add)
                    .then(Mono.fromSupplier(pieces::join));
        });
    }

    private static final class Pieces {

        private final int maxBytes;
        private byte[] first = new byte[0];
        private @Nullable ByteArrayOutputStream joined;
        private long length;

        Pieces(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        void add(byte[] piece) {
            length += piece.length;
            if (length > maxBytes) {
                throw new RequestTooLargeException(maxBytes);
            }
            if (first.length == 0) {
                first = piece;
                return;
            }
            if (joined == null) {
                joined = new ByteArrayOutputStream(first.length * 4);
                joined.writeBytes(first);
            }
            joined.writeBytes(piece);
        }

        byte[] join() {
            return joined == null ? first : joined.toByteArray();
        }
    }
}
