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

    private static String codeOf(String text) {
        return new SourceFile("Some.java", text).code().text();
    }
}
