/** Failures of the configuration, and the registration of beans that depend on properties. */
@NullMarked
package io.durablestreams.autoconfigure.setup;

import org.jspecify.annotations.NullMarked;
