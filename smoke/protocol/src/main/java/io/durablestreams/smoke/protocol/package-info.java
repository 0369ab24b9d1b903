/** An application with the protocol module as its only dependency. */
@NullMarked
package io.durablestreams.smoke.protocol;

import org.jspecify.annotations.NullMarked;
