/** Uses the test starter alone. */
@NullMarked
package io.durablestreams.smoke.startertest;

import org.jspecify.annotations.NullMarked;
