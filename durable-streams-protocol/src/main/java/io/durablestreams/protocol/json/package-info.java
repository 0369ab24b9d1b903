/** The bodies of JSON streams (protocol §9.1): arrays of messages, split and joined without changing a message. */
@NullMarked
package io.durablestreams.protocol.json;

import org.jspecify.annotations.NullMarked;
