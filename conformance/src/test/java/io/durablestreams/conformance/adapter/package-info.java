/** The adapter within this process, in front of a server that only notes what it is asked for. */
@NullMarked
package io.durablestreams.conformance.adapter;

import org.jspecify.annotations.NullMarked;
