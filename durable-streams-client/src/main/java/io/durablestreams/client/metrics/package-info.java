/**
 * Metrics of readers and producers, to be recorded by the application.
 */
@NullMarked
package io.durablestreams.client.metrics;

import org.jspecify.annotations.NullMarked;
