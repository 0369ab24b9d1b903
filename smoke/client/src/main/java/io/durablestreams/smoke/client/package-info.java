/** Uses the client alone. */
@NullMarked
package io.durablestreams.smoke.client;

import org.jspecify.annotations.NullMarked;
