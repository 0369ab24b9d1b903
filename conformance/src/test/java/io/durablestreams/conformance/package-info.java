/**
 * The client against the reference server of the protocol, which no one here wrote. The tests named {@code ...IT} need
 * Node.js and run by {@code run-interop.sh}.
 */
@NullMarked
package io.durablestreams.conformance;

import org.jspecify.annotations.NullMarked;
