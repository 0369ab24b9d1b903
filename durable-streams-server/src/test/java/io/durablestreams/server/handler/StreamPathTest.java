package io.durablestreams.server.handler;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StreamPathTest {

    @ParameterizedTest
    @CsvSource({
        "/orders, /orders",
        "/%6Frders, /orders",
        "/a%2fb, /a%2Fb",
        "/a%20b, /a%20b",
        "/%c3%bc, /%C3%BC",
        "/%7Ejoe, /~joe",
        "/a..b, /a..b",
        "/a//b/, /a//b/",
        "/%25, /%25"
    })
    void spellsOnePathInOneWay(String path, String normal) {
        assertThat(StreamPath.normalize(path)).isEqualTo(normal);
        assertThat(StreamPath.normalize(normal)).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/..", "/a/../b", "/a/.", "/%2e%2E/etc", "/a/%2e", "/a%", "/a%2", "/a%zz"})
    void refusesWhatIsNoPath(String path) {
        assertThatThrownBy(() -> StreamPath.normalize(path))
                .isInstanceOf(BadRequestException.class)
                .hasMessageContaining("'" + path + "'");
    }

    @Test
    void leavesTheProtocolsOwnPathsAndTheRootAlone() {
        assertThat(StreamPath.canNameStream("/orders")).isTrue();
        assertThat(StreamPath.canNameStream("/__dsx")).isTrue();
        assertThat(StreamPath.canNameStream("/a/__ds/b")).isTrue();
        assertThat(StreamPath.canNameStream("/__ds")).isFalse();
        assertThat(StreamPath.canNameStream("/__ds/subscriptions/1")).isFalse();
        assertThat(StreamPath.canNameStream(StreamPath.normalize("/%5f_ds/x"))).isFalse();
        assertThat(StreamPath.canNameStream("/")).isFalse();
        assertThat(StreamPath.canNameStream("")).isFalse();
    }
}
