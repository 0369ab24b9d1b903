package io.durablestreams.architecture;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** Which packages of a module may know which others. */
final class PackageRules {

    /**
     * One package may know another.
     *
     * @param from below the root of the modules, such as {@code server.handler}
     * @param to the same
     * @param reason why
     */
    record Arrow(String from, String to, String reason) {

        String ends() {
            return from + " -> " + to;
        }

        @Override
        public String toString() {
            return ends() + " (" + reason + ")";
        }
    }

    /** All arrows between the packages of the server. */
    static final List<Arrow> SERVER = List.of(
            new Arrow("server", "server.handler", "ports and routes hand their requests to the handler"),
            new Arrow("server", "server.store", "the builder of a server takes the store of the application"),
            new Arrow("server", "server.store.memory", "a server that is given no store keeps its streams in memory"),
            new Arrow("server.handler", "server.store", "the handler answers from any store"),
            new Arrow(
                    "server.store.memory", "server.store", "a store implements the contract, with the kit beside it"));

    /** All arrows between the packages of the client. Readers and producers never know each other. */
    static final List<Arrow> CLIENT = List.of(
            new Arrow("client", "client.reader", "a handle gives readers"),
            new Arrow("client", "client.producer", "a handle gives producers"),
            new Arrow("client", "client.exchange", "a handle sends single requests, and the builder sets them up"),
            new Arrow("client", "client.message", "a handle writes the message of a single append"),
            new Arrow("client", "client.metrics", "the builder takes the recorders of the application"),
            new Arrow("client", "client.cache", "the builder adds the cache to the filters of requests"),
            new Arrow("client", "client.error", "single requests fail"),
            new Arrow("client.reader", "client.exchange", "a session sends requests, one after the other"),
            new Arrow("client.reader", "client.message", "a session decodes items"),
            new Arrow("client.reader", "client.metrics", "a session records its progress"),
            new Arrow("client.reader", "client.error", "reads fail"),
            new Arrow("client.producer", "client.exchange", "a lane sends its batches"),
            new Arrow("client.producer", "client.message", "messages are written as they are accepted"),
            new Arrow("client.producer", "client.metrics", "the pump and the lane record their progress"),
            new Arrow("client.producer", "client.error", "messages fail"),
            new Arrow("client.cache", "client.exchange", "the cache reads the heads of answers"),
            new Arrow("client.exchange", "client.error", "requests fail"),
            new Arrow("client.metrics", "client.error", "recorders receive the causes of failures"));

    /** All arrows between the packages of the auto-configuration. */
    static final List<Arrow> AUTOCONFIGURE = List.of(
            new Arrow("autoconfigure", "autoconfigure.setup", "a value that cannot work is reported with its key"),
            new Arrow(
                    "autoconfigure.connection", "autoconfigure", "connections implement the connectors of the client"),
            new Arrow("autoconfigure.connection", "autoconfigure.lifecycle", "connections end after the producers"),
            new Arrow(
                    "autoconfigure.connection", "autoconfigure.setup", "a connector of the application is a candidate"),
            new Arrow("autoconfigure.server", "autoconfigure", "an embedded server is where the client connects to"),
            new Arrow("autoconfigure.server", "autoconfigure.lifecycle", "the server ends after the connections"),
            new Arrow("autoconfigure.server", "autoconfigure.setup", "its configuration may not work"));

    /**
     * Types of the client that are public for the compiler, because another package of the client uses them. Applications
     * do not: the published Javadoc leaves these types out, and they may change at any time.
     */
    static final Set<String> DOORS = Set.of(
            "client.cache.CatchUpCache",
            "client.exchange.Answers",
            "client.exchange.ApplicationCode",
            "client.exchange.AttemptProgress",
            "client.exchange.ClientConnections",
            "client.exchange.FailureLog",
            "client.exchange.HeaderText",
            "client.exchange.RequestValues",
            "client.exchange.StreamCall",
            "client.exchange.StreamFailures",
            "client.exchange.StreamRequests",
            "client.exchange.StreamTransport",
            "client.exchange.Timing",
            "client.exchange.WebClientTransport",
            "client.message.ItemDecoder",
            "client.message.ItemType",
            "client.message.MessageEncoder",
            "client.metrics.GuardedRecorder",
            "client.producer.StreamProducers",
            "client.reader.StreamReaders");

    private PackageRules() {}

    static ArchRule theClientsPackagesKnowEachOtherAsTheTableSays(Modules modules) {
        return classes()
                .that()
                .resideInAPackage(modules.client())
                .should(new KnowOnly(modules, "client", CLIENT))
                .because("each arrow between packages has a reason, and what has none grows into a cycle: " + CLIENT);
    }

    static ArchRule thePackagesOfTheAutoConfigurationKnowEachOtherAsTheTableSays(Modules modules) {
        return classes()
                .that()
                .resideInAPackage(modules.autoconfigure())
                .should(new KnowOnly(modules, "autoconfigure", AUTOCONFIGURE))
                .because("each concern has its own package, whose beans stay hidden in it: " + AUTOCONFIGURE);
    }

    static ArchRule theDoorsOfTheClientAreForTheClient(Modules modules) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(modules.client())
                .should()
                .dependOnClassesThat(areDoors(modules))
                .because(
                        "these types are public only because Java has no other way between two packages of one module");
    }

    /** Matches the doors and the types nested in them. */
    static DescribedPredicate<JavaClass> areDoors(Modules modules) {
        return DescribedPredicate.describe(
                "are public for the compiler only",
                type -> DOORS.stream()
                        .map(door -> modules.root() + "." + door)
                        .anyMatch(door ->
                                type.getName().equals(door) || type.getName().startsWith(door + "$")));
    }

    static ArchRule theServersPackagesKnowEachOtherAsTheTableSays(Modules modules) {
        return classes()
                .that()
                .resideInAPackage(modules.server())
                .should(new KnowOnly(modules, "server", SERVER))
                .because("each arrow between packages has a reason, and what has none grows into a cycle: " + SERVER);
    }

    static ArchRule onlyTheEdgeOfTheServerKnowsHttpServers(Modules modules) {
        return noClasses()
                .that()
                .resideInAnyPackage(modules.handler(), modules.store())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", "reactor.netty..", "io.netty..")
                .because(
                        "WebFlux and Reactor Netty are one of many ways to carry requests: handler and stores work behind"
                                + " any of them, and are tested without a socket");
    }

    /** Returns the arrows between the packages of a module that some classes have, each as {@code from -> to}. */
    static Set<String> arrowsOf(Iterable<JavaClass> types, Modules modules, String module) {
        Set<String> arrows = new TreeSet<>();
        types.forEach(type -> between(type, modules, module)
                .map(dependency -> arrow(dependency, modules))
                .forEach(arrows::add));
        return arrows;
    }

    private static Stream<Dependency> between(JavaClass type, Modules modules, String module) {
        Predicate<JavaClass> inModule = other -> other.getPackageName().equals(modules.root() + "." + module)
                || other.getPackageName().startsWith(modules.root() + "." + module + ".");
        return type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> inModule.test(dependency.getOriginClass()))
                .filter(dependency -> inModule.test(dependency.getTargetClass()))
                .filter(dependency -> !dependency
                        .getOriginClass()
                        .getPackageName()
                        .equals(dependency.getTargetClass().getPackageName()));
    }

    private static String arrow(Dependency dependency, Modules modules) {
        int root = modules.root().length() + 1;
        return dependency.getOriginClass().getPackageName().substring(root) + " -> "
                + dependency.getTargetClass().getPackageName().substring(root);
    }

    private static final class KnowOnly extends ArchCondition<JavaClass> {

        private final Modules modules;
        private final String module;
        private final Set<String> allowed;

        KnowOnly(Modules modules, String module, List<Arrow> table) {
            super("know other packages of the " + module + " only as the table says");
            this.modules = modules;
            this.module = module;
            this.allowed = table.stream().map(Arrow::ends).collect(Collectors.toSet());
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            between(type, modules, module)
                    .filter(dependency -> !allowed.contains(arrow(dependency, modules)))
                    .forEach(dependency ->
                            events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
        }
    }
}
