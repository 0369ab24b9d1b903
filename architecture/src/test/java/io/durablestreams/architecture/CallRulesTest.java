package io.durablestreams.architecture;

import org.junit.jupiter.api.Test;

import static io.durablestreams.architecture.RuleCheck.check;

/** All rules look at one fixture, so that each shows as well what it lets pass. */
class CallRulesTest {

    @Test
    void nothingBlocks() {
        check(CallRules::nothingBlocks, "calls", "client.Blocks", "server.BlocksByReference", "autoconfigure.Iterates");
    }

    @Test
    void everySubscriptionIsObserved() {
        check(CallRules::everySubscriptionIsObserved, "calls", "client.SubscribesBlindly");
    }

    @Test
    void nobodyStartsThreads() {
        check(
                CallRules::nobodyStartsThreads,
                "calls",
                "server.StartsThreads",
                "server.MakesThreadsByReference",
                "server.IsAThread");
    }

    @Test
    void nobodySleeps() {
        check(CallRules::nobodySleeps, "calls", "server.Sleeps", "server.SleepsByUnit");
    }

    @Test
    void timeIsInjected() {
        check(
                CallRules::timeIsInjected,
                "calls",
                "protocol.AsksForNow",
                "client.AsksForTheLocalTime",
                "server.AsksTheSystem",
                "autoconfigure.AsksForADate");
    }

    @Test
    void nobodyWritesToTheConsole() {
        check(CallRules::nobodyWritesToTheConsole, "calls", "server.Prints");
    }

    @Test
    void loggingIsSlf4j() {
        check(CallRules::loggingIsSlf4j, "calls", "autoconfigure.LogsElsewhere");
    }

    @Test
    void jacksonIsVersionThree() {
        check(CallRules::jacksonIsVersionThree, "calls", "client.WritesWithJacksonTwo");
    }

    @Test
    void everyPublisherForApplicationsIsShielded() {
        check(
                CallRules::everyPublisherForApplicationsIsShielded,
                "calls",
                "client.HandsOutWithoutAShield",
                "server.AlsoHandsOutWithoutAShield");
    }

    @Test
    void readsUseNoSinks() {
        check(CallRules::readsUseNoSinks, "calls", "client.reader.ReadsFromASink");
    }
}
