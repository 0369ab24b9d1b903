package io.durablestreams.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.durablestreams.autoconfigure.fixture.Program;

import static org.assertj.core.api.Assertions.assertThat;

/** What an application logs while its server is away, for as many seconds as {@code -Dserver-away.seconds} says. */
@Tag("sockets")
class ServerAwayLogTest {

    private static final long SECONDS = Long.getLong("server-away.seconds", 5);

    @Test
    void anApplicationWithoutItsServerLogsAtMostFiftyLines() throws Exception {
        List<String> arguments = List.of("http://localhost:9/v1/stream", String.valueOf(SECONDS));
        try (Program program = Program.start(List.of(), ServerAwayProgram.class.getName(), arguments)) {
            String counted = program.expect("LOGGED", Program.PATIENCE.plus(Duration.ofSeconds(SECONDS)));

            System.out.println(counted);
            assertThat(Integer.parseInt(counted.split(" ")[1])).isBetween(1, 50);
        }
    }
}
