package io.durablestreams.client.exchange;

import java.time.Duration;

import io.durablestreams.protocol.SettingsChecks;

/**
 * The connections of a client: one pool for requests that the server answers at once, and one for live reads. A live
 * read occupies a connection as long as it lasts.
 *
 * @param maxConnections the number of connections for requests that the server answers at once. The default is 100
 * @param maxLiveConnections the number of connections for live reads. The default is 500
 * @param maxIdleTime the time after which an unused connection is closed, or up to a quarter later. Servers close idle connections as well, the
 *     reference server after 5 s, and a request fails if the server closes its connection at that moment. The default
 *     is 4 s
 * @param acquireTimeout the longest wait of a request for a connection. Any number of requests may wait. A request that
 *     got no connection is not a failed attempt: it waits again, up to 20 times. The default is 10 s
 */
public record ConnectionSettings(
        int maxConnections, int maxLiveConnections, Duration maxIdleTime, Duration acquireTimeout) {

    /** 100 connections, 500 for live reads, 4 s, 10 s. */
    public static final ConnectionSettings DEFAULT =
            new ConnectionSettings(100, 500, Duration.ofSeconds(4), Duration.ofSeconds(10));

    /** @throws IllegalArgumentException if a component is not positive */
    public ConnectionSettings {
        SettingsChecks.requirePositive("maxConnections", maxConnections);
        SettingsChecks.requirePositive("maxLiveConnections", maxLiveConnections);
        SettingsChecks.requirePositive("maxIdleTime", maxIdleTime);
        SettingsChecks.requirePositive("acquireTimeout", acquireTimeout);
    }

    /** Returns settings with the number of connections for requests that the server answers at once. */
    public ConnectionSettings withMaxConnections(int maxConnections) {
        return new ConnectionSettings(maxConnections, maxLiveConnections, maxIdleTime, acquireTimeout);
    }

    /** Returns settings with the number of connections for live reads. */
    public ConnectionSettings withMaxLiveConnections(int maxLiveConnections) {
        return new ConnectionSettings(maxConnections, maxLiveConnections, maxIdleTime, acquireTimeout);
    }

    /** Returns settings with the longest time that an unused connection is kept. */
    public ConnectionSettings withMaxIdleTime(Duration maxIdleTime) {
        return new ConnectionSettings(maxConnections, maxLiveConnections, maxIdleTime, acquireTimeout);
    }

    /** Returns settings with the longest wait of a request for a connection. */
    public ConnectionSettings withAcquireTimeout(Duration acquireTimeout) {
        return new ConnectionSettings(maxConnections, maxLiveConnections, maxIdleTime, acquireTimeout);
    }
}
