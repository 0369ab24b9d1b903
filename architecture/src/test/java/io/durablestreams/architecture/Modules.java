package io.durablestreams.architecture;

/**
 * The packages of the modules below one root: {@code io.durablestreams} for the project itself, a package of
 * {@code fixtures} for a miniature of the project that breaks a rule.
 */
record Modules(String root) {

    static final Modules PROJECT = new Modules("io.durablestreams");

    static Modules fixture(String name) {
        return new Modules("io.durablestreams.architecture.fixtures." + name);
    }

    String all() {
        return root + "..";
    }

    String protocol() {
        return root + ".protocol..";
    }

    String client() {
        return root + ".client..";
    }

    /** The part of the client that reads. */
    String reader() {
        return root + ".client.reader..";
    }

    String server() {
        return root + ".server..";
    }

    /** The protocol's server without a transport. */
    String handler() {
        return root + ".server.handler..";
    }

    /** Where streams are kept. */
    String store() {
        return root + ".server.store..";
    }

    /** Spring without Spring Boot. */
    String spring() {
        return root + ".spring..";
    }

    String autoconfigure() {
        return root + ".autoconfigure..";
    }

    /** The adapter through which the official suite for clients drives the client. */
    String adapter() {
        return root + ".conformance.adapter..";
    }

    /** The packages whose public types are for applications, except for the doors of the client. */
    String[] forApplications() {
        return new String[] {root + ".client..", root + ".protocol"};
    }

    /** What applications run in production, as opposed to what helps with tests or shows how to use it. */
    String[] libraries() {
        return new String[] {protocol(), client(), server(), spring(), autoconfigure()};
    }
}
