package io.durablestreams.server.handler;

/**
 * Normalises the paths that name streams (RFC 3986, 6.2.2). Escapes of characters that need no escape are resolved, and
 * all other escapes are written in upper case. Two spellings of one URL then name the same stream, and {@code %2F}
 * remains different from a slash.
 */
final class StreamPath {

    private static final String RESERVED = "/__ds";
    private static final String HEX = "0123456789ABCDEF";

    private StreamPath() {}

    /**
     * Returns the path in its normal spelling.
     *
     * @throws BadRequestException if an escape is malformed or a segment is {@code .} or {@code ..}
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

    /** Returns whether a normalised path can name a stream. The protocol reserves {@code __ds} (§6). */
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
