package io.durablestreams.server.handler;

import org.jspecify.annotations.Nullable;

/** Evaluates {@code If-None-Match} (RFC 9110, 13.1.2). */
final class EntityTags {

    private EntityTags() {}

    /**
     * Returns whether the header contains an entity tag, so that the client already has the content. Weak tags match,
     * too.
     *
     * @param ifNoneMatch the value of the header, or null
     * @param etag the quoted tag of the response; contains no comma
     */
    static boolean match(@Nullable String ifNoneMatch, String etag) {
        if (ifNoneMatch == null) {
            return false;
        }
        if (ifNoneMatch.strip().equals("*")) {
            return true;
        }
        for (String candidate : ifNoneMatch.split(",")) {
            String tag = candidate.strip();
            if ((tag.startsWith("W/") ? tag.substring(2) : tag).equals(etag)) {
                return true;
            }
        }
        return false;
    }
}
