/** Contract suites: JUnit tests that implementations of the library's interfaces must pass. */
@NullMarked
package io.durablestreams.test;

import org.jspecify.annotations.NullMarked;
