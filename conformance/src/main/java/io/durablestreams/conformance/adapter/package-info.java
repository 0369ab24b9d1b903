/**
 * The adapter through which the official suite for clients drives the client of this project: commands arrive on
 * standard input, each becomes calls of the public API, and the results are written to standard output.
 */
@NullMarked
package io.durablestreams.conformance.adapter;

import org.jspecify.annotations.NullMarked;
