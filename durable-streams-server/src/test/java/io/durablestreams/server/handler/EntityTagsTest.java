package io.durablestreams.server.handler;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class EntityTagsTest {

    private static final String ETAG = "\"x:-1:5\"";

    @ParameterizedTest
    @ValueSource(
            strings = {"\"x:-1:5\"", "W/\"x:-1:5\"", "\"other\", \"x:-1:5\"", "\"a\",W/\"x:-1:5\" ,\"b\"", "*", " * "})
    void matchesWhatHttpSaysIsTheSame(String ifNoneMatch) {
        assertThat(EntityTags.match(ifNoneMatch, ETAG)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x:-1:5", "\"x:-1:6\"", "\"x:-1:5:c\"", "w/\"x:-1:5\"", "\"*\""})
    void matchesNothingElse(String ifNoneMatch) {
        assertThat(EntityTags.match(ifNoneMatch, ETAG)).isFalse();
    }

    @Test
    void noConditionMatchesNothing() {
        assertThat(EntityTags.match(null, ETAG)).isFalse();
    }
}
