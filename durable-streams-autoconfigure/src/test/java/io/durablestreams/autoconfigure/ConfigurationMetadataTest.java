package io.durablestreams.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** What editors show of the keys. */
class ConfigurationMetadataTest {

    private static final List<JsonNode> PROPERTIES = Stream.of(
                    "/META-INF/spring-configuration-metadata.json",
                    "/META-INF/additional-spring-configuration-metadata.json")
            .flatMap(ConfigurationMetadataTest::properties)
            .toList();

    @Test
    void everyKeyIsDescribed() {
        assertThat(PROPERTIES)
                .hasSizeGreaterThan(30)
                .allSatisfy(property -> assertThat(property.path("description").asString(""))
                        .as(name(property))
                        .isNotBlank());
    }

    @Test
    void descriptionsAreSentencesWithoutMarkup() {
        assertThat(PROPERTIES)
                .allSatisfy(property -> assertThat(property.path("description").asString(""))
                        .as(name(property))
                        .matches("[A-Z][^<>{}]*\\.")
                        .doesNotStartWith("The ")
                        .doesNotStartWith("A "));
    }

    @Test
    void booleansAskWhether() {
        assertThat(PROPERTIES)
                .filteredOn(property -> property.path("type").asString("").equals("java.lang.Boolean"))
                .hasSizeGreaterThan(3)
                .allSatisfy(property -> assertThat(property.path("description").asString(""))
                        .as(name(property))
                        .startsWith("Whether "));
    }

    @Test
    void theKeyThatOnlyAConditionReadsIsThere() {
        assertThat(PROPERTIES)
                .filteredOn(property -> name(property).equals("durable-streams.server.enabled"))
                .isNotEmpty()
                .allSatisfy(property ->
                        assertThat(property.path("defaultValue").asBoolean()).isTrue());
    }

    @Test
    void everyKeyIsInTheDocumentationAsEditorsShowIt() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("../docs/configuration.md"));

        assertThat(PROPERTIES)
                .allSatisfy(property -> assertThat(lines)
                        .as(name(property))
                        .filteredOn(line -> line.matches("\\| `" + name(property) + "(\\.\\*)?` .*"))
                        .singleElement()
                        .asString()
                        .contains(property.path("defaultValue").asString(""))
                        .contains(property.path("description").asString("").replace('"', '`')));
    }

    private static String name(JsonNode property) {
        return property.path("name").asString("");
    }

    private static Stream<JsonNode> properties(String resource) {
        try (InputStream json = ConfigurationMetadataTest.class.getResourceAsStream(resource)) {
            return JsonMapper.shared()
                    .readTree(Objects.requireNonNull(json, resource))
                    .path("properties")
                    .valueStream();
        } catch (IOException failure) {
            throw new IllegalStateException(resource, failure);
        }
    }
}
