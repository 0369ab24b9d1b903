package io.durablestreams.smoke.startertest;

import io.durablestreams.client.DurableStream;
import io.durablestreams.client.DurableStreamClient;
import io.durablestreams.client.StreamSpec;
import io.durablestreams.client.producer.EpochStore;
import io.durablestreams.server.DurableStreamServer;
import io.durablestreams.test.EpochStoreContract;

/**
 * Starts the embedded server, and uses it with the client. The class extends a contract suite to show that JUnit and
 * AssertJ are on the class path.
 */
final class StarterTestApplication extends EpochStoreContract {

    private final EpochStore store = EpochStore.inMemory();

    public static void main(String[] args) {
        DurableStreamServer server = DurableStreamServer.builder().port(0).build();
        server.start().block(PATIENCE);
        DurableStreamClient client = DurableStreamClient.create(server.url().toString());
        DurableStream stream = client.stream("starter-test-alone");
        stream.create(StreamSpec.text()).block(PATIENCE);
        stream.append("tea").block(PATIENCE);
        String text = stream.reader(String.class).text().block(PATIENCE);
        if (!"tea".equals(text)) {
            throw new IllegalStateException("Read " + text);
        }
        client.dispose();
        server.stop().block(PATIENCE);
    }

    @Override
    protected EpochStore createStore() {
        return store;
    }

    @Override
    protected EpochStore reopenStore() {
        return store;
    }
}
