package io.durablestreams.architecture;

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
    void theTableNamesNoArrowThatNobodyUses() {
        assertThat(PackageRules.SERVER)
                .extracting(PackageRules.Arrow::ends)
                .containsExactlyInAnyOrderElementsOf(
                        PackageRules.arrowsOf(RuleCheck.PROJECT_CLASSES, Modules.PROJECT, "server"));
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
