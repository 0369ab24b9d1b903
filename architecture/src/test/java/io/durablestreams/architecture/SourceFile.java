package io.durablestreams.architecture;

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

    /** The text of a Java file with comments and literals emptied; lines stay where they are. */
    SourceFile code() {
        String code = COMMENT_OR_LITERAL
                .matcher(text)
                .replaceAll(match -> match.group().replaceAll("[^\\n]++", " "));
        return new SourceFile(path, code);
    }

    long lines() {
        return text.lines().count();
    }

    /** Returns where the pattern occurs, as {@code path:line}. */
    Stream<String> find(Pattern pattern) {
        return pattern.matcher(text).results().map(match -> path + ":" + lineAt(match.start()));
    }

    private long lineAt(int index) {
        return 1 + text.substring(0, index).chars().filter(c -> c == '\n').count();
    }
}
