package io.durablestreams.server.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.durablestreams.protocol.Offset;
import io.durablestreams.protocol.ProducerSequence;
import io.durablestreams.protocol.producer.ProducerState;
import io.durablestreams.protocol.producer.ProducerVerdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What {@link StreamStore} promises of content. Every store has a test that extends this. */
public abstract class StreamStoreContract extends StoreFixture {

    // Creation

    @Test
    void aNewStreamIsOpenAndEmpty() {
        CreateResult result = create(TEXT);

        assertThat(result.created()).isTrue();
        assertThat(result.stream().config()).isEqualTo(TEXT);
        assertThat(result.stream().closed()).isFalse();
        StreamPage page = read(Offset.BEGINNING);
        assertThat(page.messages()).isEmpty();
        assertThat(page.nextOffset()).isEqualTo(result.stream().tail());
        assertThat(page.atTail()).isTrue();
        assertThat(page.atEnd()).isFalse();
    }

    @Test
    void aStreamCanBeginWithContent() {
        CreateResult result = get(store.create(PATH, new StreamCreation(JSON, messages("1", "2"), false, null)));

        StreamPage page = read(Offset.BEGINNING);
        assertThat(texts(page)).containsExactly("1", "2");
        assertThat(page.nextOffset()).isEqualTo(result.stream().tail());
        append(json("3"));
        assertThat(texts(read(result.stream().tail()))).containsExactly("3");
    }

    @Test
    void aStreamCanBeClosedFromTheBeginning() {
        CreateResult result = get(store.create(PATH, new StreamCreation(TEXT, messages("all"), true, null)));

        assertThat(result.stream().closed()).isTrue();
        assertThat(read(Offset.BEGINNING).atEnd()).isTrue();
        assertThat(append("more").verdict()).isEqualTo(new AppendVerdict.Closed());
    }

    @Test
    void whatIsThereIsFoundAndNotChanged() {
        CreateResult first = create(TEXT);
        append("a");

        CreateResult second = get(store.create(PATH, new StreamCreation(JSON, messages("1"), true, null)));

        assertThat(second.created()).isFalse();
        assertThat(second.stream().incarnation()).isEqualTo(first.stream().incarnation());
        assertThat(second.stream().config()).isEqualTo(TEXT);
        assertThat(second.stream().closed()).isFalse();
        assertThat(texts(read(Offset.BEGINNING))).containsExactly("a");
    }

    @Test
    void pathsAreNotInterpreted() {
        get(store.create("/a/b", StreamCreation.of(TEXT)));
        get(store.create("/a%2Fb", StreamCreation.of(JSON)));

        assertThat(get(store.info("/a/b")).config()).isEqualTo(TEXT);
        assertThat(get(store.info("/a%2Fb")).config()).isEqualTo(JSON);
        assertAbsent(store.info("/A/b"));
        assertAbsent(store.info("/a/b/"));
    }

    @RepeatedTest(20)
    void ofConcurrentCreationsExactlyOneCreates() {
        List<CreateResult> results = concurrently(8, i -> store.create(PATH, StreamCreation.of(TEXT)));

        assertThat(results).filteredOn(CreateResult::created).hasSize(1);
        assertThat(results).extracting(r -> r.stream().incarnation()).containsOnly(info().incarnation());
    }

    // Appending and reading

    @Test
    void offsetsGrowAndAreUrlSafe() {
        List<Offset> offsets = new ArrayList<>();
        offsets.add(create(TEXT).stream().tail());
        for (int i = 0; i < 20; i++) {
            offsets.add(append("x".repeat(1 + i % 3)).tail());
        }

        assertThat(offsets).allSatisfy(offset -> {
            assertThat(offset.isSentinel()).isFalse();
            assertThat(offset.value()).matches("[A-Za-z0-9._~-]{1,255}");
        });
        for (int i = 1; i < offsets.size(); i++) {
            assertThat(offsets.get(i - 1).isBefore(offsets.get(i))).isTrue();
        }
    }

    @Test
    void anAcknowledgedAppendIsInTheNextRead() {
        create(TEXT);
        for (int i = 0; i < 50; i++) {
            Offset before = info().tail();
            AppendResult result = append("message " + i);
            StreamPage page = read(before);
            assertThat(texts(page)).containsExactly("message " + i);
            assertThat(page.nextOffset()).isEqualTo(result.tail());
            assertThat(info().tail()).isEqualTo(result.tail());
        }
    }

    @Test
    void messagesOfOneAppendStayTogetherAndApart() {
        create(JSON);
        append(json("[1,[2],{\"a\":3}]"));
        append(json("4"));

        assertThat(texts(read(Offset.BEGINNING))).containsExactly("1", "[2]", "{\"a\":3}", "4");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 64, 1000})
    void readingPageByPageGivesTheWholeStream(int maxBytes) {
        create(TEXT);
        Random random = new Random(maxBytes);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String text = (i + ":").repeat(1 + random.nextInt(8));
            expected.append(text);
            append(text);
        }

        StringBuilder actual = new StringBuilder();
        Offset offset = Offset.BEGINNING;
        StreamPage page;
        do {
            page = get(store.read(PATH, offset, maxBytes));
            assertThat(page.messages()).isNotEmpty();
            if (page.messages().size() > 1) {
                assertThat(String.join("", texts(page)).length()).isLessThanOrEqualTo(maxBytes);
            }
            actual.append(String.join("", texts(page)));
            offset = page.nextOffset();
        } while (!page.atTail());
        assertThat(actual).hasToString(expected.toString());
    }

    @Test
    void aPageHoldsAsManyWholeAppendsAsFit() {
        create(TEXT);
        append("aaaa");
        append("bbbb");
        append("cccc");

        assertThat(texts(get(store.read(PATH, Offset.BEGINNING, 8)))).containsExactly("aaaa", "bbbb");
        assertThat(texts(get(store.read(PATH, Offset.BEGINNING, 11)))).containsExactly("aaaa", "bbbb");
        assertThat(texts(get(store.read(PATH, Offset.BEGINNING, 12)))).containsExactly("aaaa", "bbbb", "cccc");
        assertThat(get(store.read(PATH, Offset.BEGINNING, 11)).atTail()).isFalse();
        assertThat(get(store.read(PATH, Offset.BEGINNING, 12)).atTail()).isTrue();
    }

    @Test
    void nowIsAnEmptyPageAtTheTail() {
        create(TEXT);
        Offset tail = append("history").tail();

        StreamPage page = read(Offset.NOW);

        assertThat(page.messages()).isEmpty();
        assertThat(page.nextOffset()).isEqualTo(tail);
        assertThat(page.atTail()).isTrue();
    }

    @Test
    void anOffsetBehindTheTailGivesTheRealTail() {
        create(TEXT);
        append("a long first life");
        Offset beyond = info().tail();
        run(store.delete(PATH));
        create(TEXT);
        Offset tail = append("short").tail();

        StreamPage page = read(beyond);

        assertThat(page.messages()).isEmpty();
        assertThat(page.nextOffset()).isEqualTo(tail);
        assertThat(page.nextOffset().isBefore(beyond)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-2", "abc", "..", "0_0", "../../etc/passwd", "0000000000000000_000000000000000x"})
    void anOffsetOfAnotherFormIsRefused(String offset) {
        create(TEXT);

        assertThatThrownBy(() -> read(new Offset(offset)))
                .isInstanceOf(InvalidOffsetException.class)
                .hasMessageContaining(offset);
    }

    @Test
    void whatWasReadDoesNotChange() {
        create(TEXT);
        append("one");
        StreamPage early = read(Offset.BEGINNING);
        append("two");

        assertThat(texts(early)).containsExactly("one");
        assertThat(early.atTail()).isTrue();
    }

    @RepeatedTest(5)
    void concurrentAppendsAreAllKeptOnceAndInOneOrder() {
        create(TEXT);
        int writers = 8;
        int each = 200;

        List<List<Offset>> tails = concurrently(
                writers,
                writer -> Flux.range(0, each)
                        .concatMap(i -> store.append(PATH, text(writer + ":" + i)))
                        .map(AppendResult::tail)
                        .collectList());

        List<String> all = texts(read(Offset.BEGINNING));
        assertThat(all).hasSize(writers * each).doesNotHaveDuplicates();
        for (int writer = 0; writer < writers; writer++) {
            String prefix = writer + ":";
            assertThat(all)
                    .filteredOn(text -> text.startsWith(prefix))
                    .containsExactlyElementsOf(
                            IntStream.range(0, each).mapToObj(i -> prefix + i).toList());
        }
        Set<Offset> distinct = new HashSet<>();
        tails.forEach(distinct::addAll);
        assertThat(distinct).hasSize(writers * each);
    }

    @RepeatedTest(5)
    void aReaderNeverSeesAnythingButAPrefixAndSeesTheCloseOnlyWithAllData() {
        create(TEXT);
        int count = 500;
        Mono<List<String>> writing = Flux.range(0, count)
                .concatMap(i -> store.append(
                        PATH, i + 1 < count ? text(i + ";") : text(i + ";").withClose()))
                .then(Mono.just(List.of()));
        Mono<List<String>> reading = Mono.defer(() -> store.read(PATH, Offset.BEGINNING, ALL))
                .repeat()
                .doOnNext(page -> assertThat(page.atTail()).isTrue())
                .takeUntil(StreamPage::atEnd)
                .last()
                .map(StoreFixture::texts);

        List<List<String>> results = concurrently(4, i -> i == 0 ? writing : reading);

        assertThat(results).filteredOn(texts -> texts.size() == count).hasSize(3);
    }

    // Refusals

    @Test
    void aRefusedAppendChangesNothing() {
        create(JSON);
        ProducerSequence first = new ProducerSequence("p", 0, 0);
        append(json("1").withSeq("b"));
        StreamInfo before = info();

        assertThat(append(json("2").withSeq("a").withProducer(first)).verdict())
                .isEqualTo(new AppendVerdict.SeqNotGreater("b", "a"));
        assertThat(append(json("{").withSeq("c").withProducer(first)).verdict())
                .isInstanceOf(AppendVerdict.Malformed.class);
        assertThat(append(text("x").withSeq("c").withProducer(first).withClose())
                        .verdict())
                .isInstanceOf(AppendVerdict.OtherContentType.class);

        assertThat(info()).isEqualTo(before);
        assertThat(append(json("2").withSeq("c").withProducer(first)).verdict())
                .isEqualTo(new AppendVerdict.Accepted(new ProducerState(0, 0)));
    }

    @Test
    void streamSeqHasToGrowByteByByte() {
        create(TEXT);
        assertThat(append(text("1").withSeq("2")).verdict()).isInstanceOf(AppendVerdict.Accepted.class);
        assertThat(append(text("2").withSeq("10")).verdict()).isEqualTo(new AppendVerdict.SeqNotGreater("2", "10"));
        assertThat(append(text("3").withSeq("2")).verdict()).isEqualTo(new AppendVerdict.SeqNotGreater("2", "2"));
        append("plain appends do not count");
        assertThat(append(text("4").withSeq("a")).verdict()).isInstanceOf(AppendVerdict.Accepted.class);
        assertThat(append(text("5").withSeq("B")).verdict()).isEqualTo(new AppendVerdict.SeqNotGreater("a", "B"));
    }

    // Producers

    @Test
    void aProducerAppendsOnceWhateverItRepeats() {
        create(TEXT);
        assertThat(append(text("a").withProducer(sequence(0, 0))).verdict()).isEqualTo(accepted(0, 0));
        assertThat(append(text("b").withProducer(sequence(0, 1))).verdict()).isEqualTo(accepted(0, 1));

        AppendResult repeated = append(text("a").withProducer(sequence(0, 0)));

        assertThat(repeated.verdict())
                .isEqualTo(new AppendVerdict.NotNext(new ProducerVerdict.Duplicate(new ProducerState(0, 1))));
        assertThat(texts(read(Offset.BEGINNING))).containsExactly("a", "b");
    }

    @Test
    void aGapAndAFencedEpochStoreNothing() {
        create(TEXT);
        append(text("a").withProducer(sequence(3, 0)));

        assertThat(append(text("c").withProducer(sequence(3, 2))).verdict())
                .isEqualTo(new AppendVerdict.NotNext(new ProducerVerdict.Gap(1, 2)));
        assertThat(append(text("z").withProducer(sequence(2, 1))).verdict())
                .isEqualTo(new AppendVerdict.NotNext(new ProducerVerdict.StaleEpoch(3)));
        assertThat(texts(read(Offset.BEGINNING))).containsExactly("a");
    }

    @Test
    void producersDoNotKnowEachOther() {
        create(TEXT);
        append(text("a").withProducer(new ProducerSequence("one", 5, 0)));

        assertThat(append(text("b").withProducer(new ProducerSequence("two", 0, 0)))
                        .verdict())
                .isEqualTo(accepted(0, 0));
    }

    @RepeatedTest(10)
    void ofConcurrentAttemptsOfOneAppendExactlyOneIsStored() {
        create(TEXT);
        int count = 50;

        concurrently(
                8,
                attempt -> Flux.range(0, count)
                        .concatMap(i -> Mono.defer(
                                        () -> store.append(PATH, text(i + ";").withProducer(sequence(0, i))))
                                .filter(result -> !isGap(result))
                                .repeatWhenEmpty(gaps -> gaps))
                        .then(Mono.just(attempt)));

        assertThat(texts(read(Offset.BEGINNING)))
                .containsExactlyElementsOf(
                        IntStream.range(0, count).mapToObj(i -> i + ";").toList());
    }

    // Closing

    @Test
    void theLastAppendAndTheCloseAreOneStep() {
        create(TEXT);
        AppendResult result = append(text("end").withClose());

        assertThat(result.closed()).isTrue();
        assertThat(info().closed()).isTrue();
        StreamPage page = read(Offset.BEGINNING);
        assertThat(texts(page)).containsExactly("end");
        assertThat(page.atEnd()).isTrue();
        assertThat(read(page.nextOffset()).atEnd()).isTrue();
    }

    @Test
    void closingAgainIsASuccessWithoutEffect() {
        create(TEXT);
        Offset tail = append("a").tail();
        StreamAppend close = StreamAppend.of(AppendBody.NONE).withClose();

        assertThat(append(close).verdict()).isEqualTo(new AppendVerdict.Accepted(null));
        AppendResult again = append(close);

        assertThat(again.verdict()).isEqualTo(new AppendVerdict.AlreadyClosed());
        assertThat(again.tail()).isEqualTo(tail);
        assertThat(again.closed()).isTrue();
    }

    @Test
    void onlyTheAppendThatClosedTheStreamCanBeRepeated() {
        create(TEXT);
        append(text("a").withProducer(sequence(0, 0)));
        append(text("b").withProducer(sequence(0, 1)).withClose());

        assertThat(append(text("other").withProducer(sequence(0, 1)).withClose())
                        .verdict())
                .isEqualTo(new AppendVerdict.NotNext(new ProducerVerdict.RepeatedClose(sequence(0, 1))));
        assertThat(append(text("a").withProducer(sequence(0, 0))).verdict())
                .isEqualTo(new AppendVerdict.NotNext(new ProducerVerdict.StreamClosed()));
        assertThat(texts(read(Offset.BEGINNING))).containsExactly("a", "b");
    }

    private static boolean isGap(AppendResult result) {
        return result.verdict() instanceof AppendVerdict.NotNext notNext
                && notNext.producer() instanceof ProducerVerdict.Gap;
    }
}
