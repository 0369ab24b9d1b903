package io.durablestreams.architecture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class ProseRulesTest {

    private static final String CODE = "durable-streams-protocol/src/main/java/io/durablestreams/protocol/";
    private static final String TESTS = "durable-streams-protocol/src/test/java/io/durablestreams/protocol/";
    private static final String DOCUMENT = "docs/metrics.md";

    /** Words to avoid, one phrase a line; the words that the rule names are in brackets. */
    private static final List<String> AVOIDED = List.of(
            "[What it] has accepted fails.",
            "The batch fails, [what was] stored stays.",
            "Delivers the rest [of what is] left to [those who] wait, more [than what the] server has.",
            "It deletes [what remains] of it.",
            "It is sent to [those before] it.",
            "[The one behind] waits.",
            "[All who] wait fail.",
            "[Whoever] resumes there, and [nobody] else, or [somebody].",
            "The batches [behind] it wait.",
            "It waits for the [batches in front].",
            "The receipt [tells] the offset, and the sender is [told].",
            "The batches are numbered [anew].",
            "It stops [for good], or [for ever].",
            "The batches [under way] fail.",
            "The read [goes on], and the batch [goes\nout] again.",
            "When the stream [is there] again, an epoch can [be had].",
            "It is [as good as] new.",
            "It does not exist [any more].",
            "All counts, [but for] the last.",
            "It is lost [in silence].");

    private static final String PLAIN = """
            # What the build fails on

            It shows what the server has stored, and decides what to send. See `whoever`, [it](behind/anew.md).
            It may run behind a proxy or behind Spring Security, and falls behind.
            To tell them apart, or for good reason. Nor is there a way; there is one.

            ```sh
            run    # what it has goes on behind it
            ```
            """;

    private static final Pattern IN_BRACKETS = Pattern.compile("\\[([^]]+)]");

    private static final Pattern QUOTED = Pattern.compile(": \"([^\"]+)\", write ");

    @TempDir
    private Path fixture;

    @Test
    void eachPhraseIsFoundAndNothingElse() {
        String lines = String.join("\n", AVOIDED);
        SourceFile file = new SourceFile(DOCUMENT, lines.replaceAll("[\\[\\]]", ""));

        assertThat(ProseRules.WORDS_ARE_PLAIN.violations(new SourceTree(List.of(file))))
                .extracting(violation -> group(QUOTED, violation))
                .containsExactlyInAnyOrderElementsOf(IN_BRACKETS
                        .matcher(lines)
                        .results()
                        .map(match -> match.group(1).replace('\n', ' '))
                        .toList());
        assertThat(ProseRules.PHRASES)
                .allSatisfy(phrase -> assertThat(phrase.in(file)).isNotEmpty());
    }

    @Test
    void thePlacesExist() throws IOException {
        List<SourceFile> files = SourceTree.ofTheProject().files();

        assertThat(ProseRules.PLACES)
                .allSatisfy(place ->
                        assertThat(files).extracting(SourceFile::path).anyMatch(path -> path.startsWith(place)));
    }

    @Test
    void wordsArePlain() throws IOException {
        SourceRuleCheck check = new SourceRuleCheck(fixture);
        check.write(CODE + "Lane.java", """
                /**
                 * Sends those
                 * who wait.
                 *
                 * @param last what it has sent
                 */
                void send(String behind) {
                    log("goes on behind {@code nobody}"); // goes on with the next one
                }
                """);
        check.write(CODE + "Page.java", "/** The last {@code behind} of {@link Lane}. */\nclass Anew {}");
        check.write(TESTS + "LaneTest.java", "/** Whoever waits. */");
        check.write(DOCUMENT, PLAIN + "\nNobody reads this.\n");
        check.write("pom.xml", "<!-- what it has -->");

        check.check(
                ProseRules.WORDS_ARE_PLAIN,
                CODE + "Lane.java:2: \"those who\", write " + ProseRules.NAME_WHO,
                CODE + "Lane.java:5: \"what it\", write " + ProseRules.NAME_THE_THING,
                CODE + "Lane.java:8: \"goes on\", write \"continues\", \"happens\"",
                DOCUMENT + ":11: \"Nobody\", write " + ProseRules.NAME_WHO);
    }

    private static String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }
}
