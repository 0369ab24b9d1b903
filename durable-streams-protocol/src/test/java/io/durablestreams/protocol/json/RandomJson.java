package io.durablestreams.protocol.json;

import java.util.Random;

/** Writes valid JSON with everything that makes a scanner stumble. */
final class RandomJson {

    private static final String[] SCALARS = {
        "0", "-1", "1.0", "1e5", "12345678901234567890", "true", "false", "null", "0.5E-3"
    };
    private static final String[] CHARACTERS = {
        "a",
        " ",
        ",",
        "[",
        "]",
        "{",
        "}",
        ":",
        "'",
        "\\\"",
        "\\\\",
        "\\n",
        "\\u005d",
        "\\/",
        "\u00e4",
        "\u20ac",
        "\ud83d\ude00",
        "\u2028",
        "\u007f"
    };
    private static final String[] WHITE_SPACE = {"", "", "", "", " ", "\n", "\r\n", "\t", "   "};

    private final Random random;

    RandomJson(Random random) {
        this.random = random;
    }

    String array() {
        return blank() + container('[', ']', 3) + blank();
    }

    private String container(char open, char close, int depth) {
        StringBuilder json = new StringBuilder().append(open).append(blank());
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            json.append(i == 0 ? "" : "," + blank());
            if (open == '{') {
                json.append(string()).append(blank()).append(':').append(blank());
            }
            json.append(value(depth)).append(blank());
        }
        return json.append(close).toString();
    }

    private String value(int depth) {
        int kind = random.nextInt(depth > 0 ? 5 : 3);
        return switch (kind) {
            case 3 -> container('[', ']', depth - 1);
            case 4 -> container('{', '}', depth - 1);
            case 2 -> string();
            default -> SCALARS[random.nextInt(SCALARS.length)];
        };
    }

    private String string() {
        StringBuilder json = new StringBuilder("\"");
        for (int i = random.nextInt(random.nextInt(4) == 0 ? 60 : 8); i > 0; i--) {
            json.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
        }
        return json.append('"').toString();
    }

    private String blank() {
        return WHITE_SPACE[random.nextInt(WHITE_SPACE.length)];
    }
}
