package io.durablestreams.architecture;

import org.junit.jupiter.api.Test;

import static io.durablestreams.architecture.RuleCheck.check;
import static io.durablestreams.architecture.RuleCheck.checkAsAWhole;

class ModuleRulesTest {

    @Test
    void theProtocolStandsAlone() {
        check(ModuleRules::theProtocolStandsAlone, "standalone", "protocol.KnowsReactor", "protocol.KnowsDatabind");
    }

    @Test
    void theProtocolDecidesWithoutTheWorld() {
        check(
                ModuleRules::theProtocolDecidesWithoutTheWorld,
                "world",
                "protocol.TellsTime",
                "protocol.Rolls",
                "protocol.ReadsFiles",
                "protocol.Logs");
    }

    @Test
    void theClientDoesNotKnowTheServer() {
        check(ModuleRules::theClientDoesNotKnowTheServer, "directions", "client.KnowsServer");
    }

    @Test
    void theServerDoesNotKnowTheClient() {
        check(ModuleRules::theServerDoesNotKnowTheClient, "directions", "server.KnowsClient");
    }

    @Test
    void nothingDependsOnTheAutoConfiguration() {
        check(ModuleRules::nothingDependsOnTheAutoConfiguration, "directions", "protocol.KnowsAutoConfiguration");
    }

    @Test
    void theSpringModuleNeedsNoBoot() {
        check(ModuleRules::theSpringModuleNeedsNoBoot, "directions", "spring.KnowsBoot");
    }

    @Test
    void packagesFormNoCycles() {
        checkAsAWhole(ModuleRules::packagesFormNoCycles, "cycles", "client.egg.Egg", "client.hen.Hen");
    }

    @Test
    void onlyTheTransportExchangesRequests() {
        check(
                ModuleRules::onlyTheTransportExchangesRequests,
                "transport",
                "client.InspectsResponses",
                "client.ReadsPastTheTransport");
    }

    @Test
    void onlyTheTransportAndTheBuilderSeeTheWebClient() {
        check(
                ModuleRules::onlyTheTransportAndTheBuilderSeeTheWebClient,
                "transport",
                "client.ReadsPastTheTransport",
                "client.HoldsTheBuilder");
    }

    @Test
    void theAdapterTranslatesAndNothingElse() {
        check(
                ModuleRules::theAdapterTranslatesAndNothingElse,
                "adapter",
                "conformance.adapter.DecidesByItself",
                "conformance.adapter.KnowsTheServer",
                "conformance.adapter.AsksByItself",
                "conformance.adapter.AsksPastTheLibrary");
    }
}
