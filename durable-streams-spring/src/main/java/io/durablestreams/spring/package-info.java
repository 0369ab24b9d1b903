/** Durable streams in Spring applications, without Spring Boot. */
@NullMarked
package io.durablestreams.spring;

import org.jspecify.annotations.NullMarked;
