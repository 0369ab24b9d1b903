package io.durablestreams.architecture;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rule over the words of Javadoc, comments and documents. */
final class ProseRules {

    /**
     * The files whose words are checked, by the beginning of their path. Adding a line extends the rule to a document or
     * to the main code of a module.
     */
    static final List<String> PLACES = List.of(
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "README.md",
            "SECURITY.md",
            "benchmarks/README.md",
            "benchmarks/src/main/java/",
            "conformance/README.md",
            "conformance/newcomer/src/main/java/",
            "conformance/src/main/java/",
            "docs/configuration.md",
            "docs/metrics.md",
            "docs/reliability.md",
            "durable-streams-autoconfigure/src/main/java/",
            "durable-streams-client/src/main/java/",
            "durable-streams-protocol/src/main/java/",
            "durable-streams-server/src/main/java/",
            "durable-streams-spring/src/main/java/",
            "durable-streams-spring-boot-starter-test/src/main/java/",
            "sample-app/src/main/java/",
            "sample-mvc/src/main/java/",
            "smoke/");

    /** The end of a clause, after which "what" stands for a thing; after a verb it begins an indirect question. */
    private static final String CLAUSE = "(?<=(?:^|[.,;:(|>?!*-]|\\n\\s{0,20}\\n|@return|@param\\s\\S{1,60})\\s{0,60})";

    private static final String PREPOSITION =
            "(?:after|all|and|as|before|behind|beyond|but|by|except|for|from|in|into|nor"
                    + "|of|or|over|than|to|under|until|with|without)";

    private static final String SUBJECT_OR_VERB =
            "(?:an?|are|had|has|have|he|is|it|that|the|they|this|was|we|were|you)";

    static final String NAME_THE_THING = "name the thing: \"accepted messages\" for \"what it has accepted\"";
    static final String NAME_WHO = "name who it is: the caller, the subscriber, another writer, later batches";
    private static final String ORDER = "\"after\", \"later\", \"following\"; behind is for places";

    static final List<Phrase> PHRASES = List.of(
            phrase(
                    CLAUSE + "what " + SUBJECT_OR_VERB
                            + "|" + PREPOSITION + " what " + SUBJECT_OR_VERB
                            + "|what (?:arrives|belongs|came|comes|concerns|fails?|failed|follows|goes|had|has|lets|lies"
                            + "|makes|remains|was|went|were)",
                    NAME_THE_THING),
            phrase("those (?:after|before|behind|in front|that|which|who)", NAME_WHO),
            phrase("the ones? (?:after|before|behind|in front|to|who)", NAME_WHO),
            phrase("all who", NAME_WHO),
            phrase("nobody|somebody|whoever", NAME_WHO),
            phrase(
                    "(?<!(?:falls?|furthest|lags|leaves|ones?|those)\\s)behind"
                            + "(?! (?:an?|the) (?:firewall|gateway|load balancer|proxy)\\b)(?! Spring Security\\b)",
                    ORDER),
            phrase(
                    "(?:appends?|batch|batches|messages?|numbers?|ones?) in front",
                    "\"before\", \"earlier\", \"preceding\""),
            phrase(
                    "(?:telling|tells?|told)(?! (?:\\w+ ){1,4}apart\\b)",
                    "\"returns\", \"reports\", \"notifies\", \"contains\""),
            phrase("anew", "\"again\"; \"recreated\", \"renumbered\""),
            phrase("for good(?! (?:measure|reason))", "\"permanently\""),
            phrase("for ever", "\"permanently\", \"forever\""),
            phrase("under way", "\"in flight\", \"running\""),
            phrase("(?:go|goes|going|gone|went) on", "\"continues\", \"happens\""),
            phrase("(?:go|goes|going|gone|went) out", "\"is sent\""),
            phrase(
                    "(?:are|be|been|is|was|were) there(?! (?:an?|any|another|no|reason|room)\\b)",
                    "\"exists\", \"arrives\""),
            phrase("(?:are|be|is) had", "\"is available\""),
            phrase("as good as", "\"equivalent to\", \"almost\""),
            phrase("any more(?=\\s*[.,;:|)])", "\"no longer\""),
            phrase("but for", "\"except\", in a sentence of its own"),
            phrase("in silence", "\"silently\""));

    static final SourceRule WORDS_ARE_PLAIN = new SourceRule(
            "Javadoc, comments and documents say it in plain words, because most readers know English as a second language",
            tree -> tree.files().stream()
                    .filter(file -> isProse(file.path()))
                    .map(SourceFile::prose)
                    .flatMap(file -> PHRASES.stream().flatMap(phrase -> phrase.in(file))));

    private ProseRules() {}

    /**
     * Words to avoid.
     *
     * @param instead what to write in their place
     */
    record Phrase(Pattern words, String instead) {

        Stream<String> in(SourceFile file) {
            return file.quote(words).map(place -> place + ", write " + instead);
        }
    }

    /** A phrase of whole words, in any letter case; a space stands for any white space, a line break included. */
    private static Phrase phrase(String words, String instead) {
        String spaced = words.replace(" ", "\\s+");
        return new Phrase(Pattern.compile("\\b(?:" + spaced + ")\\b", Pattern.CASE_INSENSITIVE), instead);
    }

    private static boolean isProse(String path) {
        boolean isMainCode = path.contains("/src/main/java/") && path.endsWith(".java");
        return (isMainCode || path.endsWith(".md")) && PLACES.stream().anyMatch(path::startsWith);
    }
}
