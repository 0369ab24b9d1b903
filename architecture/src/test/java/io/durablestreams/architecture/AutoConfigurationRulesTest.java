package io.durablestreams.architecture;

import org.junit.jupiter.api.Test;

import static io.durablestreams.architecture.RuleCheck.check;

class AutoConfigurationRulesTest {

    @Test
    void autoConfigurationsArePublicAndFinal() {
        check(
                AutoConfigurationRules::autoConfigurationsArePublicAndFinal,
                "boot",
                "autoconfigure.HiddenAutoConfiguration",
                "autoconfigure.OpenAutoConfiguration");
    }

    @Test
    void autoConfigurationsAreListed() {
        check(AutoConfigurationRules::autoConfigurationsAreListed, "boot", "autoconfigure.UnlistedAutoConfiguration");
    }

    @Test
    void whatTheContainerCallsIsPackagePrivate() {
        check(
                AutoConfigurationRules::whatTheContainerCallsIsPackagePrivate,
                "boot",
                "autoconfigure.PublicMethodAutoConfiguration",
                "autoconfigure.PublicConstructorAutoConfiguration");
    }

    @Test
    void nothingIsFoundByScanning() {
        check(
                AutoConfigurationRules::nothingIsFoundByScanning,
                "boot",
                "autoconfigure.ScannedComponent",
                "autoconfigure.ScannedService");
    }
}
