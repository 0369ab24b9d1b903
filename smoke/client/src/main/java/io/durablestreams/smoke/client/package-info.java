/** An application with the client as its only dependency. */
@NullMarked
package io.durablestreams.smoke.client;

import org.jspecify.annotations.NullMarked;
