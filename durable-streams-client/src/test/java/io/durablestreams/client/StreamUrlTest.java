package io.durablestreams.client;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.durablestreams.client.error.StreamRequestException;
import io.durablestreams.client.fixture.FaultServer;

import static io.durablestreams.client.fixture.RawAnswers.caughtUp;
import static io.durablestreams.client.fixture.RawAnswers.status;
import static io.durablestreams.client.fixture.RunningServer.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which streams URLs and paths name, as the server is asked for them. */
@Tag("sockets")
class StreamUrlTest {

    @RegisterExtension
    final FaultServer server = new FaultServer();

    private final DurableStreamClient client = DurableStreamClient.builder().build();

    @AfterEach
    void dispose() {
        client.dispose();
    }

    private String root() {
        return server.url().replace("/stream", "");
    }

    private static DurableStreamClient below(String baseUrl) {
        return DurableStreamClient.create(baseUrl);
    }

    /** Writes and reads, over one connection each, and returns what the server was asked for. */
    private List<String> targets(DurableStream stream) {
        server.thenSend(status("204 No Content", "Stream-Next-Offset: a")).thenSend(caughtUp("a", "[1]"));

        stream.withContentType("application/json").append(1).block(PATIENCE);
        stream.reader(Integer.class).collect().block(PATIENCE);
        return server.targets();
    }

    // The same stream for all requests.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a//b",
                "//a/b",
                "/a/b/",
                "/a/b//",
                "///",
                "/a;b=c/d",
                "/a%2Fb/%20",
                "/a/.b/..c/...",
                "/a:b@c/$d"
            })
    void readsGoWhereWritesGo(String path) {
        assertThat(targets(client.stream(root() + path))).containsExactly(path, path + "?offset=-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x//y", "/x/y", "//x"})
    void soDoThoseBelowABase(String base) {
        DurableStreamClient based = below(root() + base);

        assertThat(targets(based.stream("a/b"))).containsExactly(base + "/a/b", base + "/a/b?offset=-1");
        based.dispose();
    }

    @Test
    void parametersOfAllRequestsDoNotChangeThePath() {
        DurableStreamClient tenant = DurableStreamClient.builder()
                .parameter("tenant", "a&b=c d+e/ü?")
                .build();
        String query = "tenant=a%26b%3Dc%20d%2Be%2F%C3%BC%3F";

        assertThat(targets(tenant.stream(root() + "/a//b")))
                .containsExactly("/a//b?" + query, "/a//b?offset=-1&" + query);
        tenant.dispose();
    }

    // Characters that are not ASCII.

    @ParameterizedTest
    @CsvSource({"/ü, /%C3%BC", "/u\u0308, /u%CC%88", "/€/😀, /%E2%82%AC/%F0%9F%98%80", "/%C3%BC/ä, /%C3%BC/%C3%A4"})
    void otherCharactersGoOutEncodedAndNotNormalized(String path, String target) {
        assertThat(targets(client.stream(root() + path))).containsExactly(target, target + "?offset=-1");
    }

    @Test
    void theSameIsTrueOfABaseOfAUriAndOfAPath() {
        String target = "/b%C3%A4se/%C3%BC";
        DurableStreamClient based = below(root() + "/bäse");

        assertThat(targets(based.stream("ü"))).containsExactly(target, target + "?offset=-1");
        assertThat(based.stream(URI.create(root() + "/bäse/ü")).url())
                .isEqualTo(client.stream(root() + "/bäse/ü").url())
                .isEqualTo(based.stream("ü").url())
                .isEqualTo(URI.create(root() + target));
        based.dispose();
    }

    @Test
    void halfACharacterIsRefused() {
        assertRefused(() -> client.stream(root() + "/a\ud83d"), "surrogate");
        assertRefused(() -> below(root() + "/\ude00/a"), "surrogate");
        assertRefused(() -> below(root()).stream("a\ud83d"), "surrogate");
    }

    // User information.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:s3cret@localhost:4437/v1",
                "https://s3cret@localhost/v1",
                "http://user:s3cret@my_host/v1",
                "http://user:s3%40cret@localhost/",
                "http://user:s3cret@[::1]:4437/",
                "http://user:s3 cret@localhost/",
                "http://user:s3/cret@localhost/",
                "http://user:cret/et@localhost/",
                "http://user:cret?et@localhost/",
                "http://user:cret#et@localhost/",
                "http://user:@s3cret@localhost/",
                "http://user:s3cret@löcalhost/",
                "user:s3cret@localhost:4437",
                "ftp://user:s3cret@localhost/",
                "http://user:s3cret@localhost/?a=b"
            })
    void userInformationIsRefusedAndInNoMessage(String url) {
        for (ThrowingCallable use : List.<ThrowingCallable>of(
                () -> below(url),
                () -> DurableStreamClient.builder().baseUrl(url).build())) {
            assertThatThrownBy(use).satisfies(StreamUrlTest::hasNoSecret);
        }
        if (url.startsWith("http")) {
            assertThatThrownBy(() -> client.stream(url)).satisfies(StreamUrlTest::hasNoSecret);
        }
    }

    private static void hasNoSecret(Throwable refusal) {
        assertThat(refusal).isInstanceOf(IllegalArgumentException.class);
        assertThat(refusal).hasMessageContaining("***@");
        for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
            assertThat(cause.toString()).doesNotContain("cret");
        }
    }

    @Test
    void theRefusalOfUserInformationSaysWhatToDo() {
        assertRefused(
                () -> below("http://user:s3cret@localhost/"), "header", "Authorization", "durable-streams.headers");
        assertRefused(() -> client.stream(URI.create("http://user:s3cret@localhost/a")), "header", "Authorization");
    }

    @Test
    void noSecretOfAQueryIsInTheMessage() {
        assertThatThrownBy(() -> below("http://localhost/?token=s3cret"))
                .hasMessageContaining("without query")
                .message()
                .doesNotContain("s3cret");
    }

    @Test
    void theTargetOfARedirectIsToldWithoutItsUserInformation() {
        server.thenSend(status("307 Temporary Redirect", "Location: http://user:s3cret@elsewhere/x@y"));

        assertThatThrownBy(() -> client.stream(server.url()).head().block(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("http://***@elsewhere/x@y")
                .message()
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP://u:cret/et@elsewhere/x", "http:\\\\u:cret@elsewhere/x", "//u:cret#et@elsewhere/x"})
    void norIsThatOfATargetThatIsMalformed(String target) {
        server.thenSend(status("307 Temporary Redirect", "Location: " + target));

        assertThatThrownBy(() -> client.stream(server.url()).head().block(PATIENCE))
                .isInstanceOf(StreamRequestException.class)
                .hasMessageContaining("***@elsewhere/x")
                .message()
                .doesNotContain("cret");
    }

    // Paths that lead elsewhere, and hosts that Java does not know.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x/..;/y",
                "..;",
                "x/.;a=b/y",
                "x/..;a=b",
                "x/;/y",
                "x/..",
                "./x",
                "x/..\\y",
                "x\\..\\y",
                "x/..\0",
                "x/..\0y"
            })
    void aPathThatServersResolveToAnotherOneIsRefused(String path) {
        assertRefused(() -> below(root()).stream(path), "'" + path + "'");
    }

    static Stream<String> leadingElsewhere() {
        return Stream.of(
                "/x/..;/y",
                "/x/../y",
                "/x/%2e%2E/y",
                "/x/.%2e;a/y",
                "/x/..%3Ba/y",
                "/./x",
                "/x/..",
                "/x/..%2fy",
                "/x/%2E%2E%2Fy",
                "/x/..%5cy",
                "/x%5C..%5Cy",
                "/x/..%00",
                "/x/..%00y/z",
                "/x/.%2F",
                "/x%2f..");
    }

    @ParameterizedTest
    @MethodSource("leadingElsewhere")
    void soIsAUrl(String path) {
        assertRefused(() -> client.stream(root() + path), "must not have the segment");
        assertRefused(() -> client.stream(URI.create(root() + path)), "must not have the segment");
        assertRefused(() -> below(root() + path), "must not have the segment");
    }

    @Test
    void aPortThatThereIsNotIsRefused() {
        assertRefused(() -> client.stream("http://localhost:99999/a"), "port 99999");
        assertRefused(() -> client.stream(URI.create("http://localhost:65536/a")), "65535");
        assertRefused(() -> below("http://localhost:99999"), "port 99999");
        assertThat(client.stream("http://localhost:65535/a").url()).hasPort(65_535);
    }

    @ParameterizedTest
    @CsvSource({
        "http://my_host/a, my_host, '_'",
        "http://my_host:4437/a, my_host:4437, '_'",
        "http://stream_1.example.com/, stream_1.example.com, '_'",
        "http://stréam.example.com/, stréam.example.com, xn--",
        "http://-a/, -a, letters"
    })
    void aHostThatJavaDoesNotAcceptIsNamed(String url, String host, String reason) {
        assertRefused(() -> below(url), "host '" + host + "'", reason);
        assertRefused(() -> client.stream(url), "host '" + host + "'", reason);
    }

    private static void assertRefused(ThrowingCallable use, String... messages) {
        assertThatIllegalArgumentException()
                .isThrownBy(use)
                .satisfies(refusal -> assertThat(refusal.getMessage()).contains(messages));
    }
}
