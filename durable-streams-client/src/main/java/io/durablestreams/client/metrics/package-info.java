/** Metrics of readers and producers, for the application to record. */
@NullMarked
package io.durablestreams.client.metrics;

import org.jspecify.annotations.NullMarked;
