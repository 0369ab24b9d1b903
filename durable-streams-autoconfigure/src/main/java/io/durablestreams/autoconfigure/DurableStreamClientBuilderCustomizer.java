package io.durablestreams.autoconfigure;

import io.durablestreams.client.DurableStreamClient;

/**
 * Changes the client bean before it is made: adds a header whose value is asked for on every request, for example.
 *
 * <p>All beans of this type are called in their order, after the configuration has been applied, so that they have the
 * last word.
 */
@FunctionalInterface
public interface DurableStreamClientBuilderCustomizer {

    /** Customizes the client. */
    void customize(DurableStreamClient.Builder builder);
}
