package io.durablestreams.architecture;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import com.tngtech.archunit.lang.FailureReport;

import static org.assertj.core.api.Assertions.assertThat;

/** Holds a rule against the project, and shows on a fixture that it bites where it should and nowhere else. */
final class RuleCheck {

    /** The main classes of all modules, read once. */
    static final JavaClasses PROJECT_CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(Modules.PROJECT.root());

    /** Where a violation was found: ArchUnit names the offender first, in angle brackets. */
    private static final Pattern OFFENDER = Pattern.compile("<([\\w.$]+)");

    private RuleCheck() {}

    /**
     * Expects that the project keeps the rule, and that exactly the named classes of the fixture break it.
     *
     * @param culprits class names below the fixture's root
     */
    static void check(HouseRule rule, String fixture, String... culprits) {
        holdsForTheProject(rule);
        Modules modules = Modules.fixture(fixture);
        JavaClasses classes = classesBelow(modules);
        assertThat(failureOf(rule, modules, classes).getDetails())
                .extracting(detail ->
                        offender(classes, detail).substring(modules.root().length() + 1))
                .as("the classes of fixture '%s' that break the rule", fixture)
                .containsOnly(culprits);
    }

    /** The same for a rule over the whole, such as a ratio or a cycle: there is no single class to blame. */
    static void checkAsAWhole(HouseRule rule, String fixture, String... namedInTheMessage) {
        holdsForTheProject(rule);
        Modules modules = Modules.fixture(fixture);
        assertThat(failureOf(rule, modules, classesBelow(modules)).toString()).contains(namedInTheMessage);
    }

    private static void holdsForTheProject(HouseRule rule) {
        // A module may still be empty; that the rule matches anything at all is what its fixture shows.
        rule.over(Modules.PROJECT).allowEmptyShould(true).check(PROJECT_CLASSES);
    }

    private static JavaClasses classesBelow(Modules modules) {
        return new ClassFileImporter().importPackages(modules.root());
    }

    private static FailureReport failureOf(HouseRule rule, Modules modules, JavaClasses classes) {
        EvaluationResult result = rule.over(modules).evaluate(classes);
        assertThat(result.hasViolation()).as("the fixture breaks the rule").isTrue();
        assertThat(result.getFailureReport().toString())
                .as("the message gives the reason")
                .contains(", because ");
        return result.getFailureReport();
    }

    private static String offender(JavaClasses classes, String detail) {
        Matcher matcher = OFFENDER.matcher(detail);
        assertThat(matcher.find()).as("a violation names its class: %s", detail).isTrue();
        String classOrMember = matcher.group(1);
        return classes.stream()
                .map(JavaClass::getName)
                .filter(name -> classOrMember.equals(name) || classOrMember.startsWith(name + "."))
                .max(Comparator.comparingInt(String::length))
                .orElseThrow(() -> new AssertionError("No class of the fixture in: " + detail));
    }
}
