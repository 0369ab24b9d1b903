package io.durablestreams.architecture;

import com.tngtech.archunit.lang.ArchRule;

/** A rule that can be held against the project and against a fixture alike. */
@FunctionalInterface
interface HouseRule {

    ArchRule over(Modules modules);
}
