package io.durablestreams.client;

import java.io.IOException;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.durablestreams.client.error.AppendOutcomeUnknownException;
import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.exchange.NoAnswer;
import io.durablestreams.client.exchange.RequestSettings;
import io.durablestreams.client.fixture.ScriptedAnswers;
import io.durablestreams.protocol.Backoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A plain append is made again only after what proves that nothing was stored. */
class PlainAppendTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ScriptedAnswers server = new ScriptedAnswers();

    private final DurableStream stream = TestClients.over(server)
            .requestSettings(
                    RequestSettings.DEFAULT.withBackoff(new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), 2)))
            .build()
            .stream("http://localhost/stream")
            .withContentType("application/json");

    private final DurableStream text = stream.withContentType("text/plain");

    @ParameterizedTest
    @CsvSource({"429, X-None", "429, Retry-After", "503, Retry-After"})
    void anAnswerOfOneWhoHasNotActedOnItIsFollowedByAnotherAttempt(int status, String header) {
        server.then(status, header, "0").then(204, "Stream-Next-Offset", "1");

        assertThat(stream.append(1).block(PATIENCE).nextOffset()).hasToString("1");
        assertThat(server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"408, X-None", "408, Retry-After", "500, Retry-After", "502, X-None", "503, X-None", "504, Retry-After"
    })
    void anAnswerThatMayComeAfterTheAppendLeavesItsOutcomeUnknown(int status, String header) {
        server.then(status, header, "0");

        assertThatThrownBy(() -> stream.append(1).block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining(Integer.toString(status))
                .hasMessageContaining("http://localhost/stream");
        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"400", "401", "403", "413", "501"})
    void aRefusalIsFinal(int status) {
        server.then(status, "X-None", "");

        assertThatThrownBy(() -> stream.append(1).block(PATIENCE)).isInstanceOf(StreamRequestException.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void nothingAtAllIsForTheServerToRefuse() {
        server.then(400, "X-None", "");

        assertThatThrownBy(() -> text.append("").block(PATIENCE))
                .isInstanceOfSatisfying(
                        StreamRequestException.class,
                        refused -> assertThat(refused.status()).isEqualTo(400));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void nothingAtAllIsNoLastMessage() {
        assertThatThrownBy(() -> text.closeStream("").block(PATIENCE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http://localhost/stream")
                .hasMessageContaining("closeStream()");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aRequestThatNeverLeftIsMadeAgainAndOneThatMayHaveIsNot() {
        server.thenFail(NoAnswer.before(new IOException("refused"))).thenFail(NoAnswer.after(new IOException("reset")));

        assertThatThrownBy(() -> stream.append(1).block(PATIENCE))
                .isInstanceOf(AppendOutcomeUnknownException.class)
                .hasMessageContaining("reset");
        assertThat(server.requests()).hasSize(2);
    }
}
