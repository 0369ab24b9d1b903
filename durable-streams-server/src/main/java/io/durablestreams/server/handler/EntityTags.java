package io.durablestreams.server.handler;

import org.jspecify.annotations.Nullable;

/** The conditions of {@code If-None-Match} (RFC 9110, 13.1.2). */
final class EntityTags {

    private EntityTags() {}

    /**
     * Whether a condition names an entity tag, so that the client has what would be sent. Weak tags match, too.
     *
     * @param ifNoneMatch value of the header, or null
     * @param etag the quoted tag of the answer; holds no comma
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
