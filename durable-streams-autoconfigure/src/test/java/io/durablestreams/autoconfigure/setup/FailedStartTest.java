package io.durablestreams.autoconfigure.setup;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

import com.github.benmanes.caffeine.cache.Caffeine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import io.durablestreams.autoconfigure.fixture.Contexts;
import io.durablestreams.server.DurableStreamServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is printed when an application cannot start. */
@ExtendWith(OutputCaptureExtension.class)
class FailedStartTest {

    @Test
    void withoutAnyServerItSaysWhatToSetOrToAdd() {
        Contexts.runner()
                .withClassLoader(new FilteredClassLoader(DurableStreamServer.class))
                .run(context -> {
                    FailureAnalysis analysis = new SetupFailureAnalyzer().analyze(context.getStartupFailure());

                    assertThat(analysis.getDescription()).contains("'durable-streams.url' is not set");
                    assertThat(analysis.getAction())
                            .contains("Set 'durable-streams.url'", "io.durablestreams:durable-streams-server");
                });
    }

    @Test
    void withoutCaffeineTheReadCacheSaysWhatToAdd() {
        Contexts.runner()
                .withClassLoader(new FilteredClassLoader(Caffeine.class))
                .withPropertyValues("durable-streams.reader.cache.enabled=true")
                .run(context -> {
                    FailureAnalysis analysis = new SetupFailureAnalyzer().analyze(context.getStartupFailure());

                    assertThat(analysis.getDescription()).contains("'durable-streams.reader.cache.enabled'");
                    assertThat(analysis.getAction()).contains("com.github.ben-manes.caffeine:caffeine");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "durable-streams.url",
                "durable-streams.producer.stream",
                "durable-streams.producer.id",
                "durable-streams.producer.epoch-store.file",
                "durable-streams.headers.X-Api-Key"
            })
    void anEmptyValueIsExplained(String key) {
        Contexts.runner()
                .withPropertyValues("durable-streams.producer.stream=orders", key + "=${NOT_SET:}")
                .run(context -> {
                    FailureAnalysis analysis = new SetupFailureAnalyzer().analyze(context.getStartupFailure());

                    assertThat(analysis.getDescription()).isEqualTo("'" + key + "' is set, but its value is empty.");
                    assertThat(analysis.getAction()).contains("Give '" + key + "' a value, or remove it", "${NAME:}");
                });
    }

    @Test
    void theAnalysisIsPrinted(CapturedOutput output) {
        assertStartFails("--durable-streams.server.enabled=false");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .containsPattern("Description:\\R+There is no Durable Streams server to connect to")
                .containsPattern("Action:\\R+Set 'durable-streams.url'")
                .doesNotContain("\tat ");
    }

    @Test
    void aMalformedUrlIsPrintedWithItsKeyAndARemedy(CapturedOutput output) {
        assertStartFails("--durable-streams.url=localhost:4437");

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Invalid value 'localhost:4437' for configuration property 'durable-streams.url'")
                .contains("must be an absolute http or https URL", "http://localhost:4437/v1/stream");
    }

    @Test
    void anEmptyUrlIsPrintedWithItsKey(CapturedOutput output) {
        assertStartFails("--durable-streams.url=");

        assertThat(output).contains("'durable-streams.url' is set, but its value is empty.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "durable-streams.url=http://user:s3cret@localhost:4437/v1",
                "durable-streams.url=http://user:s3 cret@localhost:4437/v1",
                "durable-streams.url=user:s3cret@localhost:4437",
                "durable-streams.producer.stream=http://user:s3cret@localhost:4437/v1/events"
            })
    void userInformationInAUrlIsNotPrinted(String property, CapturedOutput output) {
        assertStartFails("--" + property);

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("'" + property.substring(0, property.indexOf('=')) + "' cannot be used")
                .contains("***@localhost:4437")
                .doesNotContain("cret");
    }

    @Test
    void aHostWithAnUnderscoreIsPrintedWithItsKeyAndTheReason(CapturedOutput output) {
        assertStartFails("--durable-streams.url=http://my_host:4437/v1");

        assertThat(output).contains("'durable-streams.url'").contains("names of hosts must not have '_'");
    }

    @Test
    void anUnknownSslBundleIsPrintedWithItsKeyAndARemedy(CapturedOutput output) {
        assertStartFails("--durable-streams.url=https://localhost/streams", "--durable-streams.ssl.bundle=absent");

        assertThat(output)
                .contains("Invalid value 'absent' for configuration property 'durable-streams.ssl.bundle'")
                .contains("spring.ssl.bundle.pem.absent");
    }

    @Test
    void aBadSettingIsPrintedWithItsKeyAndValue(CapturedOutput output) {
        assertStartFails("--durable-streams.producer.max-in-flight=0");

        assertThat(output)
                .contains("Invalid value '0' for configuration property 'durable-streams.producer.max-in-flight'")
                .contains("must be positive");
    }

    @Test
    void aBlankProducerIdIsPrintedWithItsKey(CapturedOutput output) {
        assertStartFails("--durable-streams.producer.stream=events", "--durable-streams.producer.id=");

        assertThat(output).contains("'durable-streams.producer.id' is set, but its value is empty.");
    }

    @Test
    void aStreamThatIsNoPathIsPrintedWithItsKey(CapturedOutput output) {
        assertStartFails("--durable-streams.producer.stream=events?live=sse");

        assertThat(output)
                .contains("Invalid value 'events?live=sse' for configuration property"
                        + " 'durable-streams.producer.stream'");
    }

    @Test
    void aHeaderThatCannotBeSentIsPrintedWithItsKeyButNotItsValue(CapturedOutput output) {
        assertStartFails(
                "--durable-streams.url=http://localhost:4437", "--durable-streams.headers.Authorization=secret\n");

        assertThat(output)
                .containsPattern("Description:\\R+'durable-streams.headers.Authorization' cannot be sent")
                .doesNotContain("secret");
    }

    @Test
    void aTakenPortIsPrintedWithARemedy(CapturedOutput output) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertStartFails("--durable-streams.server.port=" + taken.getLocalPort());

            assertThat(output)
                    .contains("cannot listen on port " + taken.getLocalPort())
                    .contains("Set 'durable-streams.server.port' to a free port");
        }
    }

    @Test
    void aMissingWebClientModuleIsNamed(CapturedOutput output) {
        assertStartFails("--spring.autoconfigure.exclude=" + WebClientAutoConfiguration.class.getName());

        assertThat(output)
                .containsPattern("Description:\\R+There is no WebClient.Builder")
                .contains("org.springframework.boot:spring-boot-starter-webclient");
    }

    private static void assertStartFails(String... arguments) {
        SpringApplication application = new SpringApplicationBuilder(App.class)
                .web(WebApplicationType.NONE)
                .properties(Contexts.NO_QUIET_PERIOD)
                .build();
        assertThatThrownBy(() -> application.run(arguments)).isInstanceOf(Exception.class);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class App {}
}
