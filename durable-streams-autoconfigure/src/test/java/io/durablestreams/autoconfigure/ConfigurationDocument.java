package io.durablestreams.autoconfigure;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A document with generated tables of keys between lines of prose. A table is between the lines
 * {@code <!-- keys: ... -->} and {@code <!-- end -->}. The first line has the prefixes of its keys, separated by spaces. A
 * key is in the table that has its longest prefix.
 */
final class ConfigurationDocument {

    private static final String BEGIN = "<!-- keys: ";

    private static final String END = "<!-- end -->";

    private final List<String> lines;

    private final List<String> prefixes;

    private ConfigurationDocument(String text) {
        this.lines = text.lines().toList();
        this.prefixes = lines.stream()
                .filter(line -> line.startsWith(BEGIN))
                .flatMap(line -> prefixes(line).stream())
                .toList();
    }

    /**
     * A key as the metadata describes it.
     *
     * @param isMap whether applications add the last part of the name
     */
    record Key(String name, boolean isMap, String defaultValue, String description) {

        private boolean isBelow(String prefix) {
            return name.equals(prefix) || name.startsWith(prefix + ".");
        }

        private String row() {
            return "| `" + name + (isMap ? ".*" : "") + "` | "
                    + (defaultValue.isEmpty() ? "" : "`" + defaultValue + "`") + " | "
                    + description.replace('"', '`').replace("|", "\\|") + " |\n";
        }
    }

    /**
     * Returns the text with current tables.
     *
     * @throws IllegalArgumentException when a key has no table, a prefix no key, or a table no end
     */
    static String withTables(String text, List<Key> keys) {
        return new ConfigurationDocument(text).withTables(keys);
    }

    private String withTables(List<Key> keys) {
        keys.forEach(key -> require(prefix(key) != null, "no table has the key " + key.name()));
        StringBuilder text = new StringBuilder();
        boolean inTable = false;
        for (String line : lines) {
            boolean begins = line.startsWith(BEGIN);
            require(!begins || !inTable, "a table has no end");
            if (begins) {
                text.append(line)
                        .append("\n\n")
                        .append(table(prefixes(line), keys))
                        .append('\n');
            }
            inTable = begins || inTable && !line.equals(END);
            if (!inTable) {
                text.append(line).append('\n');
            }
        }
        require(!inTable, "a table has no end");
        return text.toString();
    }

    private static List<String> prefixes(String begin) {
        return Arrays.asList(
                begin.substring(BEGIN.length(), begin.indexOf(" -->")).split(" "));
    }

    private String table(List<String> ownPrefixes, List<Key> keys) {
        StringBuilder rows = new StringBuilder("| key | default | meaning |\n|---|---|---|\n");
        for (String prefix : ownPrefixes) {
            List<Key> own = keys.stream()
                    .filter(key -> prefix.equals(prefix(key)))
                    .sorted(Comparator.comparing(Key::name))
                    .toList();
            require(!own.isEmpty(), "no key begins with " + prefix);
            own.forEach(key -> rows.append(key.row()));
        }
        return rows.toString();
    }

    /** Returns the longest prefix of a key, or null if it has none. */
    private @Nullable String prefix(Key key) {
        return prefixes.stream()
                .filter(key::isBelow)
                .max(Comparator.comparingInt(String::length))
                .orElse(null);
    }

    private static void require(boolean valid, String problem) {
        if (!valid) {
            throw new IllegalArgumentException(problem);
        }
    }
}
