/** Runs the applications, each in a JVM of its own, and checks that each published module has an application. */
@NullMarked
package io.durablestreams.smoke.runner;

import org.jspecify.annotations.NullMarked;
