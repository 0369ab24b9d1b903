/**
 * The adapter through which the official suite for clients drives the client of this project: commands come in on
 * standard input, each becomes calls of the public API, and what these return goes out on standard output.
 */
@NullMarked
package io.durablestreams.conformance.adapter;

import org.jspecify.annotations.NullMarked;
