/**
 * Durable Streams in Spring Boot: the client and a producer as beans, their configuration and their place in the
 * application's life, and a server for applications that have no other.
 */
@NullMarked
package io.durablestreams.autoconfigure;

import org.jspecify.annotations.NullMarked;
