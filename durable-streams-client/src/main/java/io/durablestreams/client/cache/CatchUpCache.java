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
 * Caches the bodies of responses to catch-up reads (protocol §10).
 *
 * <ul>
 *   <li>The server is asked before each use, with the entity tag of the cached response. It answers 304, or the new
 *       content. The server therefore decides about every access and sees every read that renews a lifetime.
 *   <li>A cached response is current as long as the server's entity tags change with the data. With some servers, a
 *       recreated stream of the same length has the entity tag of the old stream (protocol §6.3). Streams that this
 *       client deletes or creates are therefore removed.
 *   <li>Entries are keyed by URL, headers and cookies, so responses are never shared between identities. The cache must
 *       be the last filter, so that it sees the headers of all other filters.
 *   <li>A response that the server marks as private is not cached, because the identity may be that of the connection.
 * </ul>
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
        return read(request, next).onErrorStop();
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
        // After the put, because a stream may have been removed up to this moment.
        if (forgotten.get() != before) {
            answers.invalidate(key);
        }
    }

    /** Returns whether a response makes a cached one useless. */
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

    /** A body without a length or chunks ends with its connection, and may be incomplete. */
    private boolean tellsItsEnd(HttpHeaders headers) {
        long length = headers.getContentLength();
        return length >= 0
                ? length <= maxAnswerBytes
                : "chunked".equalsIgnoreCase(headers.getFirst(HttpHeaders.TRANSFER_ENCODING));
    }

    /** A response at the tail is valid for this moment only. */
    private static boolean movesOn(CachedAnswer.Key key, HttpHeaders headers) {
        String offset =
                UriComponentsBuilder.fromUri(key.url()).build().getQueryParams().getFirst(StreamParameters.OFFSET);
        String next = headers.getFirst(StreamHeaders.STREAM_NEXT_OFFSET);
        return next != null && !StreamRequests.encode(next.strip()).equals(offset);
    }
}
