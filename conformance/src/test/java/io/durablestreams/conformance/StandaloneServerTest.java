package io.durablestreams.conformance;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.durablestreams.conformance.StandaloneServer.Options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class StandaloneServerTest {

    @Test
    void listensOnThePortOfTheProtocolUnlessToldOtherwise() {
        assertThat(Options.parse()).isEqualTo(new Options(4437, Duration.ofSeconds(30)));
        assertThat(Options.parse("--port", "0", "--long-poll-timeout", "500ms"))
                .isEqualTo(new Options(0, Duration.ofMillis(500)));
    }

    @ParameterizedTest
    @CsvSource({
        "--prot 1,--prot",
        "--port x,'x'",
        "--port,''",
        "--port -1,'-1'",
        "--port 65536,'65536'",
        "--long-poll-timeout 5s,'5s'",
        "--long-poll-timeout 0ms,'0ms'",
        "1,unknown"
    })
    void saysWhatItDoesNotUnderstand(String arguments, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.parse(arguments.split(" ")))
                .withMessageContaining(message)
                .withMessageContaining("Usage");
    }
}
