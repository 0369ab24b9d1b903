package io.durablestreams.architecture;

import org.junit.jupiter.api.Test;

import static io.durablestreams.architecture.RuleCheck.check;
import static io.durablestreams.architecture.RuleCheck.checkAsAWhole;

class TypeRulesTest {

    @Test
    void packagesAreNamedAfterWhatTheyHold() {
        check(TypeRules::packagesAreNamedAfterWhatTheyHold, "names", "client.internal.Hidden", "server.util.Strings");
    }

    @Test
    void typesAreNamedAfterWhatTheyDo() {
        check(
                TypeRules::typesAreNamedAfterWhatTheyDo,
                "names",
                "client.StreamUtils",
                "server.StoreManager",
                "server.Store$Impl");
    }

    @Test
    void defaultsAreHidden() {
        check(TypeRules::defaultsAreHidden, "names", "client.DefaultClient", "client.DefaultHandle");
    }

    @Test
    void clientExceptionsHaveOneRoot() {
        check(TypeRules::clientExceptionsHaveOneRoot, "exceptions", "client.LostException");
    }

    @Test
    void settingsAreRecords() {
        check(TypeRules::settingsAreRecords, "names", "client.ReaderSettings");
    }

    @Test
    void packagesAreNullMarked() {
        check(TypeRules::packagesAreNullMarked, "nullmarked", "server.Unchecked");
    }

    @Test
    void aThirdOfTheTypesIsHidden() {
        checkAsAWhole(TypeRules::aThirdOfTheTypesIsHidden, "hidden", "1 of 5 top-level types are not public");
    }

    @Test
    void constructorsStaySmall() {
        check(TypeRules::constructorsStaySmall, "constructors", "client.Greedy", "client.OverloadedValue");
    }
}
