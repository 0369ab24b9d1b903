/** The embedded server. */
@NullMarked
package io.durablestreams.autoconfigure.server;

import org.jspecify.annotations.NullMarked;
