package io.durablestreams.autoconfigure;

import io.durablestreams.client.DurableStreamClient;

/**
 * Customizes the builder of the client bean. For example, a customizer can add a header whose value is computed for every
 * request.
 *
 * <p>All beans of this type are called in their order, once, when the client is created. The configuration is applied
 * before the first call, so customizers can override it. An exception fails the creation of the client. The customizers
 * are not called if the application defines a {@link DurableStreamClient} bean of its own.
 */
@FunctionalInterface
public interface DurableStreamClientBuilderCustomizer {

    /**
     * Customizes the builder.
     *
     * @param builder the builder, with the configuration already applied
     */
    void customize(DurableStreamClient.Builder builder);
}
