/** Uses the auto-configuration alone. */
@NullMarked
package io.durablestreams.smoke.autoconfigure;

import org.jspecify.annotations.NullMarked;
