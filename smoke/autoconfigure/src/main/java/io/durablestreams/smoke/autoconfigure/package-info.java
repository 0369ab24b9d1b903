/** An application with the auto-configuration as its only dependency. */
@NullMarked
package io.durablestreams.smoke.autoconfigure;

import org.jspecify.annotations.NullMarked;
