package io.durablestreams.protocol;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BatchTest {

    @Test
    void keepsItsItemsWhateverHappensToTheListTheyCameIn() {
        List<String> items = new ArrayList<>(List.of("a", "b"));
        Batch<String> batch = new Batch<>(items, Offset.of("2"), true, false);

        items.clear();

        assertThat(batch.items()).containsExactly("a", "b").isUnmodifiable();
        assertThat(batch.isEmpty()).isFalse();
    }

    @Test
    void mayTellNothingButThePosition() {
        Batch<String> batch = new Batch<>(List.of(), Offset.BEGINNING, true, false);

        assertThat(batch.isEmpty()).isTrue();
        assertThat(batch.nextOffset()).isEqualTo(Offset.BEGINNING);
    }

    @Test
    void cannotResumeFromNow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Batch<>(List.of(), Offset.NOW, true, false))
                .withMessageContaining("'now'");
    }
}
