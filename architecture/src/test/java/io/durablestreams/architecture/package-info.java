/**
 * The rules of the house, and the proof that each of them bites: a rule holds for the classes or the files of all
 * modules, and is broken by a fixture made for it.
 */
@NullMarked
package io.durablestreams.architecture;

import org.jspecify.annotations.NullMarked;
