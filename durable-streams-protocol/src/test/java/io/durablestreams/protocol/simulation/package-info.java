/** What the simulations of this module and of the client have in common. The client uses it through a test jar. */
@NullMarked
package io.durablestreams.protocol.simulation;

import org.jspecify.annotations.NullMarked;
