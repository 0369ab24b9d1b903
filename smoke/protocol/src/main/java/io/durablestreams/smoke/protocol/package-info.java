/** Uses the protocol module alone. */
@NullMarked
package io.durablestreams.smoke.protocol;

import org.jspecify.annotations.NullMarked;
