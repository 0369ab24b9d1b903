package io.durablestreams.autoconfigure;

import java.time.Duration;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;

import io.durablestreams.autoconfigure.metrics.DurableStreamsMetricsAutoConfiguration;

/** Application contexts with what an application has that depends on the starter and nothing else. */
final class Contexts {

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(
            LifecycleAutoConfiguration.class,
            SslAutoConfiguration.class,
            JacksonAutoConfiguration.class,
            CodecsAutoConfiguration.class,
            HttpClientAutoConfiguration.class,
            ReactiveHttpClientAutoConfiguration.class,
            WebClientAutoConfiguration.class,
            DurableStreamsServerAutoConfiguration.class,
            DurableStreamsAutoConfiguration.class);

    /** What it has besides when it depends on the actuator. */
    static final AutoConfigurations METRICS = AutoConfigurations.of(
            MetricsAutoConfiguration.class,
            CompositeMeterRegistryAutoConfiguration.class,
            SimpleMetricsExportAutoConfiguration.class,
            DurableStreamsMetricsAutoConfiguration.class);

    /** Or every end of a context takes two seconds. */
    static final String NO_QUIET_PERIOD = "spring.reactor.netty.shutdown-quiet-period=0s";

    private Contexts() {}

    static ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AUTO_CONFIGURATIONS)
                .withPropertyValues(NO_QUIET_PERIOD);
    }
}
