/** An application with the starter as its only dependency. */
@NullMarked
package io.durablestreams.smoke.starter;

import org.jspecify.annotations.NullMarked;
