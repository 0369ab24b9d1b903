package io.durablestreams.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What editors show of the keys. */
class ConfigurationMetadataTest {

    private static final List<JsonNode> PROPERTIES = ConfigurationMetadata.properties();

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
                .singleElement()
                .satisfies(property ->
                        assertThat(property.path("defaultValue").asBoolean()).isTrue());
    }

    private static String name(JsonNode property) {
        return property.path("name").asString("");
    }
}
