package io.durablestreams.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.durablestreams.autoconfigure.ConfigurationDocument.Key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The tables of docs/configuration.md are generated from the metadata of the keys. */
class ConfigurationDocumentTest {

    private static final Path FILE = Path.of("../docs/configuration.md");

    private static final String COMMAND = "mvn test -pl durable-streams-autoconfigure -am"
            + " -Dtest=ConfigurationDocumentTest -Dsurefire.failIfNoSpecifiedTests=false -Dconfiguration-docs.write=true";

    private static final Key URL = new Key("app.url", false, "", "URL of the \"server\".");
    private static final Key HEADERS = new Key("app.headers", true, "", "Headers.");
    private static final Key SIZE = new Key("app.cache.max-size", false, "1MB", "Size of a|b.");

    @Test
    void theDocumentIsUpToDate() throws IOException {
        String text = Files.readString(FILE);
        String current = ConfigurationDocument.withTables(text, ConfigurationMetadata.keys());
        if (Boolean.getBoolean("configuration-docs.write")) {
            Files.writeString(FILE, current);
            text = current;
        }

        List<String> missing = new ArrayList<>(current.lines().toList());
        missing.removeAll(text.lines().toList());
        assertThat(text)
                .withFailMessage(
                        "docs/configuration.md is stale. This command rewrites it:%n%n  %s%n%nChanged lines:%n%s",
                        COMMAND, String.join("\n", missing))
                .isEqualTo(current);
    }

    @Test
    void aTableHasARowForEachKey() {
        String text = """
                # Keys

                <!-- keys: app.url app.headers -->
                | stale |
                <!-- end -->

                Prose about keys.

                <!-- keys: app.cache -->
                <!-- end -->
                """;

        String current = ConfigurationDocument.withTables(text, List.of(SIZE, HEADERS, URL));

        assertThat(current).isEqualTo("""
                # Keys

                <!-- keys: app.url app.headers -->

                | key | default | meaning |
                |---|---|---|
                | `app.url` |  | URL of the `server`. |
                | `app.headers.*` |  | Headers. |

                <!-- end -->

                Prose about keys.

                <!-- keys: app.cache -->

                | key | default | meaning |
                |---|---|---|
                | `app.cache.max-size` | `1MB` | Size of a\\|b. |

                <!-- end -->
                """);
        assertThat(ConfigurationDocument.withTables(current, List.of(SIZE, HEADERS, URL)))
                .isEqualTo(current);
    }

    @Test
    void aKeyIsInTheTableOfItsLongestPrefix() {
        String text = "<!-- keys: app -->\n<!-- end -->\n<!-- keys: app.cache -->\n<!-- end -->\n";

        String current = ConfigurationDocument.withTables(text, List.of(URL, SIZE));

        String[] tables = current.split("<!-- end -->");
        assertThat(tables[0]).contains("app.url").doesNotContain("app.cache.max-size");
        assertThat(tables[1]).contains("app.cache.max-size").doesNotContain("app.url");
    }

    @Test
    void aKeyWithoutATableIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfigurationDocument.withTables("<!-- keys: app.ur -->\n<!-- end -->", List.of(URL)))
                .withMessage("no table has the key app.url");
    }

    @Test
    void aPrefixWithoutAKeyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ConfigurationDocument.withTables("<!-- keys: app.url app.uri -->\n<!-- end -->", List.of(URL)))
                .withMessage("no key begins with app.uri");
    }

    @Test
    void aTableWithoutAnEndIsRefused() {
        String text = "<!-- keys: app.url -->\n\n<!-- keys: app.headers -->\n<!-- end -->";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConfigurationDocument.withTables(text, List.of(URL, HEADERS)))
                .withMessage("a table has no end");
    }
}
