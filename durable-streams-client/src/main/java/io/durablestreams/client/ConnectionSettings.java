package io.durablestreams.client;

import java.time.Duration;

import io.durablestreams.protocol.SettingsChecks;

/**
 * The connections of a client: one pool for requests that the server answers at once, and one for live reads, each of
 * which takes a connection for as long as it lasts.
 *
 * @param maxConnections limit of those for requests that are answered at once; the default is 100
 * @param maxLiveConnections limit of those for live reads; the default is 500
 * @param maxIdleTime how long an unused connection is kept. Servers close theirs after a time, the reference server after
 *     5 s, and a request on one that is just being closed fails; the default is 4 s
 * @param acquireTimeout longest wait of a request for a connection; the default is 10 s
 */
public record ConnectionSettings(
        int maxConnections, int maxLiveConnections, Duration maxIdleTime, Duration acquireTimeout) {

    /** What the parameters' descriptions say. */
    public static final ConnectionSettings DEFAULT =
            new ConnectionSettings(100, 500, Duration.ofSeconds(4), Duration.ofSeconds(10));

    public ConnectionSettings {
        SettingsChecks.requirePositive("maxConnections", maxConnections);
        SettingsChecks.requirePositive("maxLiveConnections", maxLiveConnections);
        SettingsChecks.requirePositive("maxIdleTime", maxIdleTime);
        SettingsChecks.requirePositive("acquireTimeout", acquireTimeout);
    }

    public ConnectionSettings withMaxConnections(int maxConnections) {
        return new ConnectionSettings(maxConnections, maxLiveConnections, maxIdleTime, acquireTimeout);
    }

    public ConnectionSettings withMaxLiveConnections(int maxLiveConnections) {
        return new ConnectionSettings(maxConnections, maxLiveConnections, maxIdleTime, acquireTimeout);
    }

    public ConnectionSettings withMaxIdleTime(Duration maxIdleTime) {
        return new ConnectionSettings(maxConnections, maxLiveConnections, maxIdleTime, acquireTimeout);
    }

    public ConnectionSettings withAcquireTimeout(Duration acquireTimeout) {
        return new ConnectionSettings(maxConnections, maxLiveConnections, maxIdleTime, acquireTimeout);
    }
}
