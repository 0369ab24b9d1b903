package io.durablestreams.architecture;

import java.util.List;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasName;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/** Who may know whom. */
final class ModuleRules {

    private static final DescribedPredicate<HasName> WEB_CLIENT = nameMatching(
                    "org\\.springframework\\.web\\.reactive\\.function\\.client\\.WebClient(\\$Builder)?")
            .as("are WebClient or its builder");

    private static final DescribedPredicate<JavaClass> EXCHANGE_TYPES = resideInAPackage(
                    "org.springframework.web.reactive.function.client..")
            .and(DescribedPredicate.not(WEB_CLIENT))
            .as("belong to WebClient's requests, responses and filters");

    private static final DescribedPredicate<JavaClass> THE_WORLD = resideInAnyPackage(
                    "java.net.http..",
                    "java.nio.channels..",
                    "java.nio.file..",
                    "java.util.concurrent..",
                    "java.util.logging..",
                    "java.util.random..")
            .or(nameMatching("java\\.io\\.(File|RandomAccess).*"))
            .or(nameMatching("java\\.lang\\.(Process.*|System\\$Logger|Thread.*)"))
            .or(nameMatching("java\\.net\\.(.*Socket|.*URLConnection|InetAddress)"))
            .or(nameMatching("java\\.time\\.(Clock|InstantSource)"))
            .or(nameMatching("java\\.util\\.(Random|SplittableRandom|Timer)"))
            .as("are I/O, clocks, loggers, threads or sources of random numbers");

    private static final DescribedPredicate<JavaClass> REQUESTS_OF_ITS_OWN = resideInAnyPackage(
                    "java.net.http..", "reactor.netty..")
            .or(nameMatching("java\\.net\\.(.*Socket|.*URLConnection)"))
            .or(nameMatching("org\\.springframework\\.web\\.reactive\\.function\\.client\\.WebClient"))
            .as("send requests");

    private ModuleRules() {}

    static ArchRule theProtocolStandsAlone(Modules modules) {
        return classes()
                .that()
                .resideInAPackage(modules.protocol())
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(modules.protocol(), "java..", "org.jspecify.annotations..", "tools.jackson.core..")
                .because("the protocol is what every other module and any other stack can build on:"
                        + " the JDK, jspecify and Jackson's streaming parser are all it needs");
    }

    static ArchRule theProtocolDecidesWithoutTheWorld(Modules modules) {
        return noClasses()
                .that()
                .resideInAPackage(modules.protocol())
                .should()
                .dependOnClassesThat(THE_WORLD)
                .because("what the protocol decides is tested without a network, a clock or a thread:"
                        + " the time and the random number are arguments, sockets and files belong to the drivers");
    }

    static ArchRule theClientDoesNotKnowTheServer(Modules modules) {
        return noClasses()
                .that()
                .resideInAPackage(modules.client())
                .should()
                .dependOnClassesThat()
                .resideInAPackage(modules.server())
                .because("the client talks to any server of the protocol; what both need belongs into the protocol");
    }

    static ArchRule theServerDoesNotKnowTheClient(Modules modules) {
        return noClasses()
                .that()
                .resideInAPackage(modules.server())
                .should()
                .dependOnClassesThat()
                .resideInAPackage(modules.client())
                .because("the server serves any client of the protocol; what both need belongs into the protocol");
    }

    static ArchRule nothingDependsOnTheAutoConfiguration(Modules modules) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(modules.autoconfigure())
                .should()
                .dependOnClassesThat()
                .resideInAPackage(modules.autoconfigure())
                .because("client and server work without Spring Boot; auto-configuration comes on top");
    }

    static ArchRule theSpringModuleNeedsNoBoot(Modules modules) {
        return noClasses()
                .that()
                .resideInAPackage(modules.spring())
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.springframework.boot..")
                .because("applications import these types, with Spring Boot or without");
    }

    static ArchRule packagesFormNoCycles(Modules modules) {
        return slices().assignedFrom(packagesOf(modules))
                .should()
                .beFreeOfCycles()
                .because("packages that know each other in a circle are one package with two names");
    }

    static ArchRule onlyTheTransportExchangesRequests(Modules modules) {
        return noClasses()
                .that()
                .resideInAPackage(modules.client())
                .and(areNotPartOf("WebClientTransport", "CatchUpCache", "CachedAnswer"))
                .should()
                .dependOnClassesThat(EXCHANGE_TYPES)
                .because("HTTP is behind one small transport, so that a scripted one can stand in for it in tests;"
                        + " only the cache has to see what the filters of the application add to a request");
    }

    static ArchRule onlyTheTransportAndTheBuilderSeeTheWebClient(Modules modules) {
        return noClasses()
                .that()
                .resideInAPackage(modules.client())
                .and(areNotPartOf(
                        "WebClientTransport",
                        "DurableStreamClient",
                        "DefaultDurableStreamClientBuilder",
                        "ClientConnections"))
                .should()
                .dependOnClassesThat(WEB_CLIENT)
                .because(
                        "the builder takes the application's WebClient, or one over connections of its own, and hands it to"
                                + " the transport; everything behind it knows requests and responses of our own");
    }

    static ArchRule theAdapterTranslatesAndNothingElse(Modules modules) {
        DescribedPredicate<JavaClass> notForApplications = resideInAPackage(modules.all())
                .and(not(resideInAPackage(modules.adapter())))
                .and(not(resideInAnyPackage(modules.forApplications())
                        .and(modifier(JavaModifier.PUBLIC))
                        .and(not(PackageRules.areDoors(modules)))))
                .as("are not for applications");
        return noClasses()
                .that()
                .resideInAPackage(modules.adapter())
                .should()
                .dependOnClassesThat(notForApplications.or(REQUESTS_OF_ITS_OWN))
                .because("the suite must find in the adapter what an application finds in the library:"
                        + " what a result needs is in the public API, and what is not belongs there");
    }

    /** Matches neither the named top-level classes nor what is nested in them. */
    private static DescribedPredicate<JavaClass> areNotPartOf(String... names) {
        return describe("are not part of " + String.join(", ", names), javaClass -> {
            String local = javaClass
                    .getName()
                    .substring(javaClass.getPackageName().length() + 1)
                    .replaceFirst("\\$.*", "");
            return !List.of(names).contains(local);
        });
    }

    private static SliceAssignment packagesOf(Modules modules) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                String name = javaClass.getPackageName();
                return name.startsWith(modules.root()) ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "the packages below " + modules.root();
            }
        };
    }
}
