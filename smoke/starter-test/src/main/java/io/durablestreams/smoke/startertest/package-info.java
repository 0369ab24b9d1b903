/** An application with the test starter as its only dependency. */
@NullMarked
package io.durablestreams.smoke.startertest;

import org.jspecify.annotations.NullMarked;
