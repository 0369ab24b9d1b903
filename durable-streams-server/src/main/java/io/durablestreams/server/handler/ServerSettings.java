package io.durablestreams.server.handler;

import java.time.Duration;

import io.durablestreams.protocol.SettingsChecks;

/**
 * How a server behaves where the protocol leaves a choice. Durations are positive, and at most 3650 days.
 *
 * @param longPollTimeout how long a long-poll waits for data before it is answered without any; default 30 s
 * @param sseRotation how long a connection of server-sent events lives before the server ends it, so that caches and
 *     load balancers can rearrange readers; default 60 s
 * @param pollInterval how long a waiting live read goes at most without looking at the store by itself, in case a tail
 *     signal was lost; readers of server-sent events get a control event then, as a sign of life; default 15 s
 * @param maxRequestBytes the largest body of a request; a larger one is answered with 413; default 64 MiB
 * @param maxPageBytes how much content one answer to a read holds, unless a single append is larger; readers ask for
 *     the rest; default 1 MiB
 * @param cors whether answers carry the CORS headers that let pages of every origin use the server; turn it off where
 *     something in front adds its own; default true
 */
public record ServerSettings(
        Duration longPollTimeout,
        Duration sseRotation,
        Duration pollInterval,
        int maxRequestBytes,
        int maxPageBytes,
        boolean cors) {

    /** The default of every setting. */
    public static final ServerSettings DEFAULT = new ServerSettings(
            Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(15), 64 << 20, 1 << 20, true);

    public ServerSettings {
        SettingsChecks.requirePositive("longPollTimeout", longPollTimeout);
        SettingsChecks.requirePositive("sseRotation", sseRotation);
        SettingsChecks.requirePositive("pollInterval", pollInterval);
        SettingsChecks.requirePositive("maxRequestBytes", maxRequestBytes);
        SettingsChecks.requirePositive("maxPageBytes", maxPageBytes);
    }

    public ServerSettings withLongPollTimeout(Duration longPollTimeout) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }

    public ServerSettings withSseRotation(Duration sseRotation) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }

    public ServerSettings withPollInterval(Duration pollInterval) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }

    public ServerSettings withMaxRequestBytes(int maxRequestBytes) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }

    public ServerSettings withMaxPageBytes(int maxPageBytes) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }

    public ServerSettings withCors(boolean cors) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }
}
