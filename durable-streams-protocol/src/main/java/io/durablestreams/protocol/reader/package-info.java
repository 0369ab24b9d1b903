/** The decisions of a reader, without sockets, clocks and threads: what happened goes in, what to do next comes out. */
@NullMarked
package io.durablestreams.protocol.reader;

import org.jspecify.annotations.NullMarked;
