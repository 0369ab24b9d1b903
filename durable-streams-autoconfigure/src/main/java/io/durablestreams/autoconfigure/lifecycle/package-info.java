/** The order in which streams end with the application. */
@NullMarked
package io.durablestreams.autoconfigure.lifecycle;

import org.jspecify.annotations.NullMarked;
