/** An application with the server as its only dependency. */
@NullMarked
package io.durablestreams.smoke.server;

import org.jspecify.annotations.NullMarked;
