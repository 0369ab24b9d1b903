package io.durablestreams.conformance;

import java.net.URI;
import java.util.UUID;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests of the adapter: a reference server and an adapter for it, both of the class, and a path of each test's own. */
abstract class WithAdapter {

    @RegisterExtension
    static final ReferenceServer server = ReferenceServer.inMemory();

    @AutoClose
    static AdapterProcess adapter;

    final String path = "/adapter/" + UUID.randomUUID();
    final URI url = server.url().resolve(path);

    @BeforeAll
    static void startAdapter() {
        adapter = AdapterProcess.startFor(server);
    }

    /** Has the adapter create the stream at the path. */
    void create(String contentType) {
        adapter.expect("{'type':'create','path':'" + path + "','contentType':'" + contentType + "'}");
    }

    /** Lets the next requests to the path go wrong. */
    void inject(Fault fault) {
        server.inject(server.client().stream(path), fault);
    }
}
