/** Programs that the official suites of the protocol and the other implementations are run against. */
@NullMarked
package io.durablestreams.conformance;

import org.jspecify.annotations.NullMarked;
