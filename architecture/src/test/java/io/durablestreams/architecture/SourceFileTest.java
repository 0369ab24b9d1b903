package io.durablestreams.architecture;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SourceFileTest {

    @Test
    void codeHasNoCommentsAndNoLiterals() {
        assertThat(codeOf("a(); // gone(\"x\")\nb();")).isEqualTo("a();  \nb();");
        assertThat(codeOf("a(/* gone\n * gone */ b);")).isEqualTo("a( \n  b);");
        assertThat(codeOf("a(\"//gone\\\"gone\", b);")).isEqualTo("a( , b);");
        assertThat(codeOf("a('\"', b, '\\'', c);")).isEqualTo("a( , b,  , c);");
        assertThat(codeOf("a(\"\"\"\n  gone \"gone\" \\\"\"\" gone\n  \"\"\", b);"))
                .isEqualTo("a( \n \n , b);");
    }

    @Test
    void aLongLiteralIsNoProblem() {
        assertThat(codeOf("a(\"" + "\\n".repeat(100_000) + "\");")).isEqualTo("a( );");
    }

    @Test
    void commentsHaveNoMarkersAndNoCode() {
        assertThat(commentsOf("/** Some\n * text. */\na(\"// not\"); // more"))
                .isEqualTo("    Some\n   text.   \n..... ......    more");
    }

    @Test
    void proseHasNoNamesAndNoCode() {
        assertThat(proseOf("Some.java", "// see {@code a {b}} of {@link C the c}"))
                .isEqualTo("   see _____________ of {@link C the c}");
        assertThat(proseOf("some.md", "see `a` in [b](c.md)\n```sh\nd\n```\n"))
                .isEqualTo("see ___ in [b]______\n_____\n_\n___\n");
    }

    private static String commentsOf(String text) {
        return new SourceFile("Some.java", text).comments().text();
    }

    private static String proseOf(String path, String text) {
        return new SourceFile(path, text).prose().text();
    }

    private static String codeOf(String text) {
        return new SourceFile("Some.java", text).code().text();
    }
}
