package io.durablestreams.autoconfigure.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.metrics.ProducerMetricsRecorder;
import io.durablestreams.client.metrics.ReadMetricsRecorder;

/**
 * Records the activity of the auto-configured {@link DurableStreamClient} with Micrometer, if there is a
 * {@link MeterRegistry} bean.
 *
 * <p>Readers and producers have a recorder each: {@link ReadMetricsRecorder} and {@link ProducerMetricsRecorder}. A
 * recorder bean of the application replaces the one of its type.
 */
@AutoConfiguration(
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass({DurableStreamClient.class, MeterRegistry.class})
@ConditionalOnBean(MeterRegistry.class)
public final class DurableStreamsMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(ReadMetricsRecorder.class)
    MicrometerReadMetricsRecorder durableStreamsReadMetricsRecorder(MeterRegistry registry) {
        return new MicrometerReadMetricsRecorder(registry);
    }

    @Bean
    @ConditionalOnMissingBean(ProducerMetricsRecorder.class)
    MicrometerProducerMetricsRecorder durableStreamsProducerMetricsRecorder(MeterRegistry registry) {
        return new MicrometerProducerMetricsRecorder(registry);
    }
}
