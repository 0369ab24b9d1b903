package io.durablestreams.architecture;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A rule over what class files cannot tell about.
 *
 * @param reason what is asked for, and why
 * @param breaches the places in a tree where it is broken
 */
record SourceRule(String reason, Function<SourceTree, Stream<String>> breaches) {

    /** A pattern that must not occur in some of the files. */
    static SourceRule forbid(Pattern pattern, Function<SourceTree, Stream<SourceFile>> files, String reason) {
        return new SourceRule(reason, tree -> files.apply(tree).flatMap(file -> file.find(pattern)));
    }

    List<String> violations(SourceTree tree) {
        return breaches.apply(tree).map(place -> place + ": " + reason).toList();
    }
}
