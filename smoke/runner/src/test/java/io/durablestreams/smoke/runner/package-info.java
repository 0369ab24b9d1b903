/** Runs the applications, each in a JVM of its own, and checks that no published module is left out. */
@NullMarked
package io.durablestreams.smoke.runner;

import org.jspecify.annotations.NullMarked;
