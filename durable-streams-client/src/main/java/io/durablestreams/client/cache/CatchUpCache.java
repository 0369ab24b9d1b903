package io.durablestreams.client.cache;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.client.exchange.StreamRequests;
import io.durablestreams.protocol.StreamHeaders;
import io.durablestreams.protocol.StreamParameters;

/**
 * Spares the bodies of catch-up answers that were read before (protocol §10).
 *
 * <p>No read is answered without the server: it is asked each time, with the tag of what is kept, and says with 304 that
 * it would answer the same, or else what is new. So it decides about access every time, sees every read that renews a
 * lifetime, and an answer is as new as its tags can tell.
 *
 * <p>A stream that this client deletes or creates is forgotten: there are servers whose tags do not tell a new stream from
 * an old one of the same length (protocol §6.3).
 *
 * <p>The last of the filters sees what all others have added: an answer is kept for requests that are the same down to
 * every header and cookie, so that nobody is given what another identity was. What a server calls private is not kept,
 * for the identity may be the connection's.
 */
public final class CatchUpCache implements ExchangeFilterFunction {

    private final Cache<CachedAnswer.Key, CachedAnswer> answers;
    private final AtomicInteger forgotten = new AtomicInteger();
    private final int maxAnswerBytes;

    public CatchUpCache(ReadCacheSettings settings) {
        this.answers = Caffeine.newBuilder()
                .maximumWeight(settings.maxBytes())
                .weigher((CachedAnswer.Key key, CachedAnswer answer) -> answer.weight())
                .executor(Runnable::run)
                .build();
        this.maxAnswerBytes = settings.maxAnswerBytes();
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        if (request.method() == HttpMethod.DELETE || request.method() == HttpMethod.PUT) {
            return next.exchange(request).doOnNext(response -> forget(request, response.statusCode()));
        }
        if (request.method() != HttpMethod.GET || request.headers().containsHeader(HttpHeaders.IF_NONE_MATCH)) {
            return next.exchange(request);
        }
        return read(request, next);
    }

    private void forget(ClientRequest request, HttpStatusCode status) {
        boolean existedBefore = request.method() == HttpMethod.PUT && status.isSameCodeAs(HttpStatus.OK);
        if (replaces(status) && !existedBefore) {
            forgotten.incrementAndGet();
            answers.asMap().keySet().removeIf(key -> key.isOf(request.url()));
        }
    }

    private Mono<ClientResponse> read(ClientRequest request, ExchangeFunction next) {
        CachedAnswer.Key key = CachedAnswer.Key.of(request);
        int before = forgotten.get();
        CachedAnswer known = answers.getIfPresent(key);
        if (known == null) {
            return next.exchange(request).map(response -> keep(key, response, before));
        }
        ClientRequest conditional = ClientRequest.from(request)
                .headers(headers -> headers.set(HttpHeaders.IF_NONE_MATCH, known.etag()))
                .build();
        return next.exchange(conditional)
                .map(response -> response.statusCode().isSameCodeAs(HttpStatus.NOT_MODIFIED)
                        ? known.confirmedBy(response)
                        : keep(key, response, before));
    }

    private ClientResponse keep(CachedAnswer.Key key, ClientResponse response, int before) {
        if (replaces(response.statusCode())) {
            answers.invalidate(key);
        }
        if (!mayBeKept(key, response)) {
            return response;
        }
        HttpHeaders headers = response.headers().asHttpHeaders();
        BodyRecorder recorder = new BodyRecorder(
                maxAnswerBytes, headers.getContentLength(), body -> put(key, CachedAnswer.of(headers, body), before));
        Flux<DataBuffer> body = response.body(BodyExtractors.toDataBuffers());
        return response.mutate().body(replaced -> recorder.record(body)).build();
    }

    private void put(CachedAnswer.Key key, CachedAnswer answer, int before) {
        answers.put(key, answer);
        // Only now: a stream, maybe this one, may have been forgotten while the answer came, up to this moment.
        if (forgotten.get() != before) {
            answers.invalidate(key);
        }
    }

    /** Whether what was kept is of no use any more. */
    private static boolean replaces(HttpStatusCode status) {
        return status.is2xxSuccessful()
                || status.isSameCodeAs(HttpStatus.NOT_FOUND)
                || status.isSameCodeAs(HttpStatus.GONE);
    }

    private boolean mayBeKept(CachedAnswer.Key key, ClientResponse response) {
        HttpHeaders headers = response.headers().asHttpHeaders();
        String etag = headers.getETag();
        String caching = String.valueOf(headers.getCacheControl()).toLowerCase(Locale.ROOT);
        return response.statusCode().isSameCodeAs(HttpStatus.OK)
                && etag != null
                && etag.startsWith("\"")
                && !caching.contains("no-store")
                && !caching.contains("private")
                && !headers.getVary().contains("*")
                && !headers.containsHeader(HttpHeaders.CONTENT_ENCODING)
                && tellsItsEnd(headers)
                && movesOn(key, headers);
    }

    /** A body that ends with its connection may be half of it. */
    private boolean tellsItsEnd(HttpHeaders headers) {
        long length = headers.getContentLength();
        return length >= 0
                ? length <= maxAnswerBytes
                : "chunked".equalsIgnoreCase(headers.getFirst(HttpHeaders.TRANSFER_ENCODING));
    }

    /** The answer at the tail is nothing but a statement about this moment. */
    private static boolean movesOn(CachedAnswer.Key key, HttpHeaders headers) {
        String offset =
                UriComponentsBuilder.fromUri(key.url()).build().getQueryParams().getFirst(StreamParameters.OFFSET);
        String next = headers.getFirst(StreamHeaders.STREAM_NEXT_OFFSET);
        return next != null && !StreamRequests.encode(next.strip()).equals(offset);
    }
}
