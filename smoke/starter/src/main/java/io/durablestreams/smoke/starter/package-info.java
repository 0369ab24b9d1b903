/** Uses the starter alone. */
@NullMarked
package io.durablestreams.smoke.starter;

import org.jspecify.annotations.NullMarked;
