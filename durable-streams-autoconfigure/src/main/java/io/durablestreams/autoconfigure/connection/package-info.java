/** The connections of the auto-configured client. */
@NullMarked
package io.durablestreams.autoconfigure.connection;

import org.jspecify.annotations.NullMarked;
