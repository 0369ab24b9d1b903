package io.durablestreams.conformance;

import java.util.List;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that run on the reference server in memory, and on one that keeps its streams in files. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
abstract class OnEachReferenceServer {

    @RegisterExtension
    static final ReferenceServer memory = ReferenceServer.inMemory();

    @RegisterExtension
    static final ReferenceServer files = ReferenceServer.inFiles();

    @Parameter
    ReferenceServer server;

    static List<ReferenceServer> servers() {
        return List.of(memory, files);
    }
}
