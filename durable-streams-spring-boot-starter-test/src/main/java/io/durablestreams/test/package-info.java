/** For tests of applications: what implementations of the library's service interfaces have to pass. */
@NullMarked
package io.durablestreams.test;

import org.jspecify.annotations.NullMarked;
