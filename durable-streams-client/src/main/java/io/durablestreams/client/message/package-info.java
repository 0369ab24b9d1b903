/**
 * Messages: objects to bytes and bytes to objects, without a string in between.
 *
 * <p>The public types are for the packages of the client.
 */
@NullMarked
package io.durablestreams.client.message;

import org.jspecify.annotations.NullMarked;
