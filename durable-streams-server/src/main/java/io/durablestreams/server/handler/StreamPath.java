package io.durablestreams.server.handler;

/**
 * The names of streams: paths in one spelling. Escapes of characters that need none are resolved and all others are
 * written in upper case (RFC 3986, 6.2.2), so that two spellings of one URL name one stream, while {@code %2F} stays
 * different from a slash.
 */
final class StreamPath {

    private static final String RESERVED = "/__ds";
    private static final String HEX = "0123456789ABCDEF";

    private StreamPath() {}

    /**
     * Returns the path in its normal spelling.
     *
     * @throws BadRequestException when an escape is malformed or a segment is {@code .} or {@code ..}
     */
    static String normalize(String path) {
        String normal = path.indexOf('%') < 0 ? path : resolveEscapes(path);
        for (String segment : normal.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw new BadRequestException("The path of a stream has no '.' or '..' in it, but is '" + path + "'");
            }
        }
        return normal;
    }

    /** Whether there can be a stream at a path in normal spelling; {@code __ds} belongs to the protocol (§6). */
    static boolean canNameStream(String path) {
        return path.length() > 1 && !path.equals(RESERVED) && !path.startsWith(RESERVED + "/");
    }

    private static String resolveEscapes(String path) {
        StringBuilder normal = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c != '%') {
                normal.append(c);
                continue;
            }
            int high = i + 2 < path.length() ? Character.digit(path.charAt(i + 1), 16) : -1;
            int low = i + 2 < path.length() ? Character.digit(path.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw new BadRequestException("The path '" + path + "' has a malformed escape at " + i);
            }
            char escaped = (char) (high << 4 | low);
            if (isUnreserved(escaped)) {
                normal.append(escaped);
            } else {
                normal.append('%').append(HEX.charAt(high)).append(HEX.charAt(low));
            }
            i += 2;
        }
        return normal.toString();
    }

    private static boolean isUnreserved(char c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
