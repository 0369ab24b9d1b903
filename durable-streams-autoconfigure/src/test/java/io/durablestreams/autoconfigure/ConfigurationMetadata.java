package io.durablestreams.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The metadata of the keys: generated at compilation, and written by hand for a key that only a condition reads. */
final class ConfigurationMetadata {

    private ConfigurationMetadata() {}

    /** Returns the metadata of each key, ordered by name. */
    static List<JsonNode> properties() {
        TreeMap<String, JsonNode> properties = new TreeMap<>();
        Stream.of(
                        "/META-INF/additional-spring-configuration-metadata.json",
                        "/META-INF/spring-configuration-metadata.json")
                .flatMap(ConfigurationMetadata::read)
                .forEach(property -> properties.put(property.path("name").asString(), property));
        return List.copyOf(properties.values());
    }

    static List<ConfigurationDocument.Key> keys() {
        return properties().stream()
                .map(property -> new ConfigurationDocument.Key(
                        property.path("name").asString(),
                        property.path("type").asString().startsWith("java.util.Map"),
                        property.path("defaultValue").asString(""),
                        property.path("description").asString("")))
                .toList();
    }

    private static Stream<JsonNode> read(String resource) {
        try (InputStream json = ConfigurationMetadata.class.getResourceAsStream(resource)) {
            return JsonMapper.shared()
                    .readTree(Objects.requireNonNull(json, resource))
                    .path("properties")
                    .valueStream();
        } catch (IOException failure) {
            throw new IllegalStateException(resource, failure);
        }
    }
}
