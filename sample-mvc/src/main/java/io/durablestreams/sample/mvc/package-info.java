/** Streams of a Spring MVC application, behind Spring Security. */
@NullMarked
package io.durablestreams.sample.mvc;

import org.jspecify.annotations.NullMarked;
