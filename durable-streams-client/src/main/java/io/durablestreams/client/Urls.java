package io.durablestreams.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.durablestreams.client.exchange.StreamRequests;

/** Checks and encodes the URLs of servers and streams. User information may be a secret, so no message contains it. */
final class Urls {

    private static final Pattern USER_INFO = Pattern.compile("^([^/]*//)?.*@", Pattern.DOTALL);
    private static final Pattern QUERY = Pattern.compile("\\?.*", Pattern.DOTALL);
    private static final Pattern ENCODED_DOT = Pattern.compile("%2e", Pattern.CASE_INSENSITIVE);
    /** Servers may decode a path before they split it, or end it at a NUL. */
    private static final Pattern SEPARATOR = Pattern.compile("/|%2f|%5c", Pattern.CASE_INSENSITIVE);

    private static final Pattern PARAMETERS =
            Pattern.compile("(;|%3b|%00|\0).*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final int MAX_PORT = 65_535;

    private Urls() {}

    /**
     * Returns a URL in ASCII characters.
     *
     * @param what names the URL in messages
     * @throws IllegalArgumentException if it cannot be the URL of a server or a stream
     */
    static URI parse(String what, String url) {
        try {
            return requireHttp(what, new URI(url));
        } catch (URISyntaxException malformed) {
            // Not as the cause, because its message contains the URL.
            throw new IllegalArgumentException(what + " '" + masked(url) + "' is malformed: " + malformed.getReason());
        }
    }

    /**
     * Returns a URL in ASCII characters.
     *
     * @param what names the URL in messages
     * @throws IllegalArgumentException if it cannot be the URL of a server or a stream
     */
    static URI requireHttp(String what, URI url) {
        String shown = masked(url.toString());
        if (url.toString().indexOf('@') >= 0 && (url.getRawAuthority() == null || mayHaveUserInfo(url))) {
            throw new IllegalArgumentException(what + " '" + shown + "' must not have user information before its host,"
                    + " because URLs are logged. Send the credentials in a header instead, such as Authorization: with"
                    + " header(...) of the client's builder, or with durable-streams.headers.Authorization");
        }
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (http && url.getHost() == null && url.getRawAuthority() != null) {
            throw new IllegalArgumentException(what + " '" + shown + "' has the host '" + url.getRawAuthority()
                    + "', which Java does not accept: " + hostProblem(url.getRawAuthority()));
        }
        if (!http || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(what
                    + " must be an absolute http or https URL without query and fragment, such as"
                    + " http://localhost:4437/v1/stream, but is '" + shown + "'");
        }
        if (url.getPort() > MAX_PORT) {
            throw new IllegalArgumentException(
                    what + " '" + shown + "' has port " + url.getPort() + ", but ports end at " + MAX_PORT);
        }
        for (String segment : SEPARATOR.split(url.getRawPath(), -1)) {
            if (hasDots(ENCODED_DOT.matcher(segment).replaceAll("."))) {
                throw new IllegalArgumentException(what + " '" + shown + "' must not have the segment '" + segment
                        + "', which servers resolve to another path");
            }
        }
        return URI.create(
                requireText(what, url.toString()).chars().allMatch(c -> c < 0x7f)
                        ? url.toString()
                        : ascii(url.toString()));
    }

    /**
     * Returns the path of the source of a fork, as a request for it has it.
     *
     * @throws IllegalArgumentException if it is on another server
     */
    static String pathOnSameServer(URI fork, URI source) {
        URI checked = requireHttp("The URL of the source of a fork", source);
        if (!server(checked).equals(server(fork))) {
            throw new IllegalArgumentException(
                    "A fork must be on the server of its source: " + fork + " is not on that of " + checked);
        }
        return checked.getRawPath();
    }

    private static String server(URI url) {
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        int port = url.getPort() >= 0 ? url.getPort() : scheme.equals("https") ? 443 : 80;
        return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }

    /** A password with {@code /}, {@code ?} or {@code #} ends the authority, which is then not a host with a port. */
    private static boolean mayHaveUserInfo(URI url) {
        return url.getRawAuthority().indexOf('@') >= 0 || url.getHost() == null;
    }

    private static String hostProblem(String authority) {
        return authority.indexOf('_') >= 0
                ? "names of hosts must not have '_'. Use another name of the host, or its address"
                : authority.chars().anyMatch(c -> c > 0x7e)
                        ? "names of hosts must be ASCII. Use its form that begins with xn--"
                        : "names of hosts have letters, digits, '-' and '.' only";
    }

    /**
     * Returns whether servers may resolve a segment to the same or the parent folder. Some ignore its parameters, or take
     * a backslash for a slash.
     */
    static boolean hasDots(String segment) {
        String name = PARAMETERS.matcher(segment).replaceFirst("");
        return Stream.of(name.split("\\\\", -1)).anyMatch(part -> part.equals(".") || part.equals(".."));
    }

    /** Returns a text if it can be encoded. Halves of surrogate pairs would all become question marks. */
    static String requireText(String what, String text) {
        boolean half = text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        if (half) {
            throw new IllegalArgumentException(what + " has one half of a surrogate pair, which is no character");
        }
        return text;
    }

    private static String ascii(String url) {
        StringBuilder ascii = new StringBuilder();
        url.codePoints().forEach(c -> {
            if (c < 0x7f) {
                ascii.appendCodePoint(c);
            } else {
                ascii.append(StreamRequests.encode(Character.toString(c)));
            }
        });
        return ascii.toString();
    }

    private static String masked(@Nullable String url) {
        // In this order, because a password may contain a question mark.
        String withoutUser = USER_INFO.matcher(String.valueOf(url)).replaceFirst("$1***@");
        return QUERY.matcher(withoutUser).replaceFirst("?***");
    }
}
