package io.durablestreams.server.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What {@link StreamStore} promises of forks. Every store has a test that extends this. */
public abstract class StreamForkContract extends StoreFixture {

    private static final String FORK = "/fork";

    protected CreateResult fork(String path, String source) {
        return fork(path, source, TEXT);
    }

    protected CreateResult fork(String path, String source, StreamConfig config) {
        return get(fork(path, new StreamFork(source, null, 0, config.equals(TEXT) || config.equals(JSON)), config));
    }

    private CreateResult forkAt(Offset offset, long subOffset, StreamConfig config) {
        return get(fork(FORK, new StreamFork(PATH, offset, subOffset, true), config));
    }

    private Mono<CreateResult> fork(String path, StreamFork fork, StreamConfig config, String... messages) {
        return store.create(path, new StreamCreation(config, messages(messages), false, fork));
    }

    private StreamPage readFrom(String path, Offset offset) {
        return get(store.read(path, offset, ALL));
    }

    private List<String> textsOf(String path) {
        return texts(readFrom(path, Offset.BEGINNING));
    }

    // Content

    @Test
    void aForkHasTheContentOfItsSourceAndGoesOnByItself() {
        create(TEXT);
        append("a");
        Offset tail = append("b").tail();

        CreateResult fork = fork(FORK, PATH);
        append("c");
        Offset next = get(store.append(FORK, text("x"))).tail();

        assertThat(fork.created()).isTrue();
        assertThat(fork.stream().tail()).isEqualTo(tail);
        assertThat(fork.stream().fork()).isEqualTo(new StreamFork(PATH, tail, 0, true));
        assertThat(textsOf(FORK)).containsExactly("a", "b", "x");
        assertThat(texts(readFrom(FORK, tail))).containsExactly("x");
        assertThat(readFrom(FORK, Offset.NOW).nextOffset()).isEqualTo(next);
        assertThat(textsOf(PATH)).containsExactly("a", "b", "c");
    }

    @Test
    void aForkBeginsAtAnyOffsetOfItsSource() {
        Offset beginning = create(JSON).stream().tail();
        Offset first = append(json("[1,2]")).tail();
        Offset second = append(json("[3]")).tail();

        assertThat(fork(beginning, 0)).isEmpty();
        assertThat(fork(first, 0)).containsExactly("1", "2");
        assertThat(fork(second, 0)).containsExactly("1", "2", "3");
        assertThat(fork(beginning, 1)).containsExactly("1");
        assertThat(fork(beginning, 2)).containsExactly("1", "2");
        assertThat(fork(first, 1)).containsExactly("1", "2", "3");
    }

    private List<String> fork(Offset offset, long subOffset) {
        forkAt(offset, subOffset, JSON);
        List<String> content = textsOf(FORK);
        run(store.delete(FORK));
        return content;
    }

    @Test
    void aForkMayBeginWithinBytes() {
        Offset beginning = create(TEXT).stream().tail();
        append("hello");

        Offset tail = forkAt(beginning, 2, TEXT).stream().tail();
        get(store.append(FORK, text("y")));

        assertThat(String.join("", textsOf(FORK))).isEqualTo("hey");
        assertThat(texts(readFrom(FORK, tail))).containsExactly("y");
    }

    @Test
    void theFirstContentOfAForkFollowsThatOfItsSource() {
        create(TEXT);
        append("a");

        get(fork(FORK, new StreamFork(PATH, null, 0, true), TEXT, "b"));

        assertThat(textsOf(FORK)).containsExactly("a", "b");
        assertThat(textsOf(PATH)).containsExactly("a");
    }

    @Test
    void forksOfForksHaveTheContentOfAll() {
        create(TEXT);
        Offset first = append("a").tail();
        fork("/b", PATH);
        get(store.append("/b", text("b")));
        fork("/c", "/b");
        get(store.append("/c", text("c")));

        get(fork("/d", new StreamFork("/c", first, 0, true), TEXT));

        assertThat(textsOf("/c")).containsExactly("a", "b", "c");
        assertThat(textsOf("/d")).containsExactly("a");
    }

    @Test
    void aForkInheritsNoWriters() {
        create(TEXT);
        append(text("a").withSeq("z").withProducer(sequence(7, 0)));
        append(StreamAppend.of(AppendBody.of(null, new byte[0])).withClose());

        StreamInfo fork = fork(FORK, PATH).stream();
        AppendResult result = get(store.append(FORK, text("b").withSeq("a").withProducer(sequence(0, 0))));

        assertThat(fork.closed()).isFalse();
        assertThat(result.verdict()).isEqualTo(accepted(0, 0));
    }

    @Test
    void whoFollowsAForkIsCalledForItsOwnAppends() {
        create(TEXT);
        fork(FORK, PATH);
        AtomicInteger calls = new AtomicInteger();
        Disposable watch = store.watch(FORK, calls::incrementAndGet);

        append("to the source");
        get(store.append(FORK, text("to the fork")));

        Mono.fromSupplier(calls::get)
                .filter(count -> count > 0)
                .repeatWhenEmpty(Integer.MAX_VALUE, tries -> tries.delayElements(Duration.ofMillis(5)))
                .block(TIMEOUT);
        assertThat(calls).hasValue(1);
        watch.dispose();
    }

    // Refusals

    @Test
    void aForkThatIsRefusedLeavesNothingBehind() {
        create(TEXT);
        Offset tail = append("abc").tail();
        Offset beyond = get(store.create("/longer", new StreamCreation(TEXT, messages("abcdef"), false, null))).stream()
                .tail();

        assertRefused(InvalidOffsetException.class, beyond, 0, TEXT);
        assertRefused(InvalidOffsetException.class, Offset.BEGINNING, 0, TEXT);
        assertRefused(InvalidOffsetException.class, Offset.NOW, 0, TEXT);
        assertRefused(InvalidOffsetException.class, new Offset("nonsense"), 0, TEXT);
        assertRefused(InvalidForkException.class, tail, 1, TEXT);
        assertRefused(InvalidForkException.class, null, 1, TEXT);
        assertRefused(ForkConflictException.class, null, 0, JSON);
        assertAbsent(fork(FORK, new StreamFork("/absent", null, 0, true), TEXT));

        run(store.delete(PATH));
        assertAbsent(store.info(PATH));
    }

    private void assertRefused(
            Class<? extends StreamStoreException> failure,
            @Nullable Offset offset,
            long subOffset,
            StreamConfig config) {
        assertThatThrownBy(() -> run(fork(FORK, new StreamFork(PATH, offset, subOffset, true), config)))
                .isInstanceOf(failure);
        assertAbsent(store.info(FORK));
    }

    @Test
    void aSubOffsetBehindTheAppendIsRefused() {
        Offset beginning = create(JSON).stream().tail();
        append(json("[1,2]"));
        append(json("[3]"));

        assertRefused(InvalidForkException.class, beginning, 3, JSON);
    }

    @Test
    void aStreamThatExistsIsNotForkedInto() {
        create(TEXT);
        get(store.create(FORK, StreamCreation.of(TEXT)));

        assertThat(fork(FORK, PATH).created()).isFalse();

        run(store.delete(PATH));
        assertAbsent(store.info(PATH));
    }

    // Lifetime

    @Test
    void theRemainsOfASourceCanOnlyBeReadThroughItsForks() {
        create(TEXT);
        append("a");
        fork(FORK, PATH);

        run(store.delete(PATH));

        assertThat(textsOf(FORK)).containsExactly("a");
        assertDeleted(store.info(PATH));
        assertDeleted(store.read(PATH, Offset.BEGINNING, ALL));
        assertDeleted(store.append(PATH, text("x")));
        assertDeleted(store.delete(PATH));
        assertDeleted(store.create(PATH, StreamCreation.of(TEXT)));
        assertDeleted(fork("/other", new StreamFork(PATH, null, 0, true), TEXT));
    }

    private static void assertDeleted(Mono<?> operation) {
        assertThatThrownBy(() -> run(operation)).isInstanceOf(StreamDeletedException.class);
    }

    @Test
    void theRemainsGoWithTheLastFork() {
        create(TEXT);
        fork("/b", PATH);
        fork("/c", PATH);
        run(store.delete(PATH));

        run(store.delete("/b"));
        assertDeleted(store.info(PATH));
        run(store.delete("/c"));

        assertAbsent(store.info(PATH));
        assertThat(create(TEXT).created()).isTrue();
    }

    @Test
    void theMiddleOfAChainLeavesBothNeighbours() {
        create(TEXT);
        append("a");
        fork("/b", PATH);
        get(store.append("/b", text("b")));
        fork("/c", "/b");

        run(store.delete("/b"));

        assertDeleted(store.info("/b"));
        assertThat(textsOf(PATH)).containsExactly("a");
        assertThat(textsOf("/c")).containsExactly("a", "b");
    }

    @Test
    void aSourceOutlivesItsForks() {
        create(TEXT);
        fork(FORK, PATH);

        run(store.delete(FORK));

        assertThat(info().closed()).isFalse();
    }

    @Test
    void anExpiredSourceLeavesRemainsAsWell() {
        create(TEXT.withTtl(Duration.ofSeconds(10)));
        append("a");
        fork(FORK, PATH, TEXT.withTtl(Duration.ofDays(1)));

        clock.advance(Duration.ofSeconds(10));

        assertDeleted(store.info(PATH));
        assertDeleted(store.create(PATH, StreamCreation.of(TEXT)));
        assertThat(textsOf(FORK)).containsExactly("a");
    }

    @Test
    void aForkHasTheLifetimeOfItsSourceAndAWindowOfItsOwn() {
        create(TEXT.withTtl(Duration.ofSeconds(10)));
        clock.advance(Duration.ofSeconds(9));

        StreamInfo fork = fork(FORK, PATH).stream();
        clock.advance(Duration.ofSeconds(9));
        readFrom(FORK, Offset.BEGINNING);

        assertThat(fork.config()).isEqualTo(TEXT.withTtl(Duration.ofSeconds(10)));
        assertDeleted(store.info(PATH));
        assertThat(textsOf(FORK)).isEmpty();
    }

    @Test
    void anExpiredStreamCannotBeForked() {
        create(TEXT.withTtl(Duration.ofSeconds(10)));
        clock.advance(Duration.ofSeconds(10));

        assertAbsent(fork(FORK, new StreamFork(PATH, null, 0, true), TEXT));
    }

    @RepeatedTest(20)
    void forksAndDeletionsAtTheSameTimeLeaveNoRemains() {
        create(TEXT);

        concurrently(
                8,
                i -> i == 0
                        ? store.delete(PATH).thenReturn(true)
                        : fork("/fork" + i, new StreamFork(PATH, null, 0, true), TEXT)
                                .then(store.delete("/fork" + i))
                                .thenReturn(true)
                                .onErrorReturn(StreamStoreException.class, false));

        assertAbsent(store.info(PATH));
        assertThat(create(TEXT).created()).isTrue();
    }
}
