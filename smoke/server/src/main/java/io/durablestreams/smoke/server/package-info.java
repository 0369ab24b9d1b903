/** Uses the server alone. */
@NullMarked
package io.durablestreams.smoke.server;

import org.jspecify.annotations.NullMarked;
