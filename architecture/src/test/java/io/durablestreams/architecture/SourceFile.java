package io.durablestreams.architecture;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A text file of the project.
 *
 * @param path relative to the root of the tree, with forward slashes
 */
record SourceFile(String path, String text) {

    private static final Pattern COMMENT_OR_LITERAL = Pattern.compile(
            String.join(
                    "|",
                    "\"\"\"(?:[^\\\\\"]++|\\\\.|\"(?!\"\"))*+\"\"\"",
                    "\"(?:[^\\\\\"\\n]++|\\\\.)*+\"",
                    "'(?:[^\\\\'\\n]++|\\\\.)*+'",
                    "//[^\\n]*+",
                    "/\\*.*?\\*/"),
            Pattern.DOTALL);

    private static final Pattern COMMENT_MARKER = Pattern.compile("(?m)^\\s*(?:/?\\*++/?|//)|^/\\*++|\\*/");

    /** Fenced and inline code of Markdown, targets of links, inline tags of Javadoc that hold code, and addresses. */
    private static final Pattern NO_PROSE = Pattern.compile(String.join(
            "|",
            "(?ms)^ *```.*?^ *```",
            "`[^`\\n]++`",
            "(?<=\\])\\([^)\\s]++\\)",
            "\\{@(?:code|value|literal)\\b(?:[^{}]++|\\{[^{}]*+\\})*+\\}",
            "https?://\\S++"));

    /** The text of a Java file with comments and literals emptied; lines stay where they are. */
    SourceFile code() {
        String code = COMMENT_OR_LITERAL
                .matcher(text)
                .replaceAll(match -> match.group().replaceAll("[^\\n]++", " "));
        return new SourceFile(path, code);
    }

    /** The comments of a Java file without their markers; everything else is dotted, and lines stay where they are. */
    SourceFile comments() {
        StringBuilder comments = new StringBuilder();
        int from = 0;
        Matcher matcher = COMMENT_OR_LITERAL.matcher(text);
        while (matcher.find()) {
            if (text.charAt(matcher.start()) == '/') {
                comments.append(dotted(text.substring(from, matcher.start())))
                        .append(masked(matcher.group(), COMMENT_MARKER, ' '));
                from = matcher.end();
            }
        }
        comments.append(dotted(text.substring(from)));
        return new SourceFile(path, comments.toString());
    }

    /** The comments of a Java file, or the whole of another one, with names, code and addresses masked. */
    SourceFile prose() {
        SourceFile words = path.endsWith(".java") ? comments() : this;
        return new SourceFile(path, masked(words.text(), NO_PROSE, '_'));
    }

    private static String dotted(String code) {
        return code.replaceAll("\\S", ".");
    }

    private static String masked(String text, Pattern pattern, char mask) {
        return pattern.matcher(text).replaceAll(match -> match.group().replaceAll("[^\\n]", String.valueOf(mask)));
    }

    long lines() {
        return text.lines().count();
    }

    /** Returns where the pattern occurs, as {@code path:line}. */
    Stream<String> find(Pattern pattern) {
        return pattern.matcher(text).results().map(match -> path + ":" + lineAt(match.start()));
    }

    /** Returns where the pattern occurs, as {@code path:line}, each followed by the words that match it, in quotes. */
    Stream<String> quote(Pattern pattern) {
        return pattern.matcher(text)
                .results()
                .map(match -> path + ":" + lineAt(match.start()) + ": \""
                        + match.group().replaceAll("\\s+", " ") + "\"");
    }

    private long lineAt(int index) {
        return 1 + text.substring(0, index).chars().filter(c -> c == '\n').count();
    }
}
