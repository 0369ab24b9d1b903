package io.durablestreams.client;

import java.net.URI;

/** The check of the URLs of servers and streams. */
final class Urls {

    private Urls() {}

    static URI requireHttp(String what, URI url) {
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(what
                    + " must be an absolute http or https URL without query and fragment, such as"
                    + " http://localhost:4437/v1/stream, but is '" + url + "'");
        }
        return url;
    }
}
