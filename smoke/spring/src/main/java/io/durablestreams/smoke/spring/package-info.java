/** Uses the Spring module alone. */
@NullMarked
package io.durablestreams.smoke.spring;

import org.jspecify.annotations.NullMarked;
