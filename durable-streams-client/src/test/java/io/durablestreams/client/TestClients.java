package io.durablestreams.client;

import io.durablestreams.client.exchange.StreamTransport;
import io.durablestreams.client.exchange.Timing;

/** Builders of clients whose HTTP, time or chance a test replaces. */
public final class TestClients {

    private TestClients() {}

    /** Replaces HTTP. */
    public static DurableStreamClient.Builder over(StreamTransport transport) {
        return new DefaultDurableStreamClientBuilder().transport(transport);
    }

    /** Replaces time and chance. */
    public static DurableStreamClient.Builder in(Timing timing) {
        return new DefaultDurableStreamClientBuilder().timing(timing);
    }

    /** Replaces HTTP, time and chance. */
    public static DurableStreamClient.Builder over(StreamTransport transport, Timing timing) {
        return new DefaultDurableStreamClientBuilder().transport(transport).timing(timing);
    }
}
