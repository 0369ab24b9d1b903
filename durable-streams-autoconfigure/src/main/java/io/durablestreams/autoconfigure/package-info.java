/**
 * Durable Streams in Spring Boot: the client and a producer as beans, their configuration, their start and stop with the
 * application, and an embedded server for applications that name no other server.
 */
@NullMarked
package io.durablestreams.autoconfigure;

import org.jspecify.annotations.NullMarked;
