package io.durablestreams.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import org.junit.jupiter.api.Test;

import static io.durablestreams.architecture.RuleCheck.check;
import static org.assertj.core.api.Assertions.assertThat;

class PackageRulesTest {

    @Test
    void theServersPackagesKnowEachOtherAsTheTableSays() {
        check(
                PackageRules::theServersPackagesKnowEachOtherAsTheTableSays,
                "packages",
                "server.handler.KnowsTheServer",
                "server.handler.KnowsAStore",
                "server.store.KnowsTheHandler",
                "server.store.KnowsAStore");
    }

    @Test
    void theClientsPackagesKnowEachOtherAsTheTableSays() {
        check(
                PackageRules::theClientsPackagesKnowEachOtherAsTheTableSays,
                "packages",
                "client.reader.KnowsProducers",
                "client.exchange.KnowsTheClient");
    }

    @Test
    void thePackagesOfTheAutoConfigurationKnowEachOtherAsTheTableSays() {
        check(
                PackageRules::thePackagesOfTheAutoConfigurationKnowEachOtherAsTheTableSays,
                "packages",
                "autoconfigure.server.KnowsConnections");
    }

    @Test
    void theTablesNameNoArrowThatNobodyUses() {
        assertArrowsAreUsed(PackageRules.SERVER, "server");
        assertArrowsAreUsed(PackageRules.CLIENT, "client");
        assertArrowsAreUsed(PackageRules.AUTOCONFIGURE, "autoconfigure");
    }

    @Test
    void theTablesAreThoseOfTheDocument() throws IOException {
        String document = Files.readString(Path.of("../CONTRIBUTING.md"));

        assertThat(Pattern.compile("(?m)^\\| `([\\w.]+)` \\| `([\\w.]+)` \\| (.+) \\|$")
                        .matcher(document)
                        .results()
                        .map(row -> new PackageRules.Arrow(row.group(1), row.group(2), row.group(3))))
                .containsExactlyElementsOf(
                        Stream.of(PackageRules.CLIENT, PackageRules.SERVER, PackageRules.AUTOCONFIGURE)
                                .flatMap(List::stream)
                                .toList());
    }

    private static void assertArrowsAreUsed(List<PackageRules.Arrow> table, String module) {
        assertThat(table)
                .extracting(PackageRules.Arrow::ends)
                .containsExactlyInAnyOrderElementsOf(
                        PackageRules.arrowsOf(RuleCheck.PROJECT_CLASSES, Modules.PROJECT, module));
    }

    @Test
    void theDoorsOfTheClientAreForTheClient() {
        check(PackageRules::theDoorsOfTheClientAreForTheClient, "packages", "server.UsesADoor");
    }

    @Test
    void thereAreFewDoorsAndAllOfThemAreNeeded() {
        assertThat(PackageRules.DOORS).hasSizeLessThanOrEqualTo(20).allSatisfy(door -> {
            JavaClass type = RuleCheck.PROJECT_CLASSES.get(Modules.PROJECT.root() + "." + door);
            assertThat(type.getModifiers()).as(door).contains(JavaModifier.PUBLIC);
            assertThat(type.getDirectDependenciesToSelf())
                    .as("uses of %s by other packages", door)
                    .anyMatch(use -> !use.getOriginClass().getPackageName().equals(type.getPackageName()));
        });
    }

    /** The published Javadoc is for applications. */
    @Test
    void theJavadocLeavesTheDoorsOut() throws IOException {
        String pom = Files.readString(Path.of("../durable-streams-client/pom.xml"));

        assertThat(Pattern.compile("<exclude>io/durablestreams/(.*)\\.java</exclude>")
                        .matcher(pom)
                        .results()
                        .map(exclude -> exclude.group(1).replace('/', '.')))
                .containsExactlyInAnyOrderElementsOf(PackageRules.DOORS);
    }

    @Test
    void onlyTheEdgeOfTheServerKnowsHttpServers() {
        check(
                PackageRules::onlyTheEdgeOfTheServerKnowsHttpServers,
                "packages",
                "server.handler.KnowsWebFlux",
                "server.handler.KnowsReactorNetty",
                "server.store.KnowsNetty");
    }
}
