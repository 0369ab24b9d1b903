package io.durablestreams.server.handler;

import java.time.Duration;

import io.durablestreams.protocol.SettingsChecks;

/**
 * Settings of a server where the protocol leaves a choice. Durations are positive, and at most 3650 days.
 *
 * @param longPollTimeout the longest time that the server holds a long-poll without data. The default is 30 s
 * @param sseRotation the lifetime of a connection of server-sent events. The server then ends it, so that caches and
 *     load balancers can redistribute readers. The default is 60 s
 * @param pollInterval the longest time that a waiting live read relies on tail signals, which may get lost, before it
 *     reads the store. Readers of server-sent events then get a control event as a sign of life. The default is 15 s
 * @param maxRequestBytes the size of the largest request body. The server answers a larger one with 413. The default is
 *     64 MiB
 * @param maxPageBytes the size limit of the content of one response to a read. Only a single larger append exceeds it.
 *     Readers ask for the rest. The default is 1 MiB
 * @param cors whether responses carry the CORS headers that let pages of every origin use the server. Turn it off if a
 *     proxy or filter adds its own. The default is true
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

    /** @throws IllegalArgumentException if a duration or size violates the constraint given for it */
    public ServerSettings {
        SettingsChecks.requirePositive("longPollTimeout", longPollTimeout);
        SettingsChecks.requirePositive("sseRotation", sseRotation);
        SettingsChecks.requirePositive("pollInterval", pollInterval);
        SettingsChecks.requirePositive("maxRequestBytes", maxRequestBytes);
        SettingsChecks.requirePositive("maxPageBytes", maxPageBytes);
    }

    /** Returns a copy with another long-poll timeout. */
    public ServerSettings withLongPollTimeout(Duration longPollTimeout) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }

    /** Returns a copy with another lifetime of connections of server-sent events. */
    public ServerSettings withSseRotation(Duration sseRotation) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }

    /** Returns a copy with another poll interval. */
    public ServerSettings withPollInterval(Duration pollInterval) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }

    /** Returns a copy with another size limit of request bodies, in bytes. */
    public ServerSettings withMaxRequestBytes(int maxRequestBytes) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }

    /** Returns a copy with another size limit of pages, in bytes. */
    public ServerSettings withMaxPageBytes(int maxPageBytes) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }

    /** Returns a copy with or without CORS headers. */
    public ServerSettings withCors(boolean cors) {
        return new ServerSettings(longPollTimeout, sseRotation, pollInterval, maxRequestBytes, maxPageBytes, cors);
    }
}
