package io.durablestreams.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds a rule over sources against the project and against a fixture that breaks it.
 *
 * @param fixture the root of a small project with the files of {@link #write}
 */
record SourceRuleCheck(Path fixture) {

    void write(String path, String text) throws IOException {
        Path file = fixture.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /**
     * Expects that the project keeps the rule, and that the fixture breaks it in exactly these places.
     *
     * @param places violations without the reason, in any order
     */
    void check(SourceRule rule, String... places) throws IOException {
        assertThat(rule.violations(SourceTree.ofTheProject())).isEmpty();
        assertThat(rule.reason()).contains(", because ");
        assertThat(rule.violations(SourceTree.below(fixture)))
                .extracting(violation -> violation.substring(0, violation.length() - (": " + rule.reason()).length()))
                .containsExactlyInAnyOrder(places);
    }
}
