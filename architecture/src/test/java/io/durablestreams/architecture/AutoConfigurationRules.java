package io.durablestreams.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

/** How Spring Boot writes auto-configuration. */
final class AutoConfigurationRules {

    /** The compiler's own constructor is as public as its class, and cannot be told from a written one. */
    private static final DescribedPredicate<JavaCodeUnit> CALLED_BY_THE_CONTAINER_ONLY = describe(
            "are bean methods, or constructors of configurations that take parameters",
            codeUnit -> codeUnit.isAnnotatedWith(Bean.class)
                    || (codeUnit.isConstructor()
                            && !codeUnit.getRawParameterTypes().isEmpty()
                            && isConfiguration(codeUnit.getOwner())));

    private static final DescribedPredicate<JavaClass> FOUND_BY_SCANNING = describe(
            "are components without being configurations",
            type -> (type.isAnnotatedWith(Component.class) || type.isMetaAnnotatedWith(Component.class))
                    && !isConfiguration(type));

    private static final DescribedPredicate<JavaClass> LISTED = describe(
            "listed in an AutoConfiguration.imports",
            type -> ImportCandidates.load(AutoConfiguration.class, null)
                    .getCandidates()
                    .contains(type.getName()));

    private AutoConfigurationRules() {}

    static ArchRule autoConfigurationsArePublicAndFinal(Modules modules) {
        return classes()
                .that()
                .resideInAPackage(modules.autoconfigure())
                .and()
                .areAnnotatedWith(AutoConfiguration.class)
                .should()
                .bePublic()
                .andShould()
                .haveModifier(JavaModifier.FINAL)
                .because("applications name them, to exclude one or to order their own after it; nobody extends them");
    }

    static ArchRule autoConfigurationsAreListed(Modules modules) {
        return classes()
                .that()
                .resideInAPackage(modules.autoconfigure())
                .and()
                .areAnnotatedWith(AutoConfiguration.class)
                .should(be(LISTED))
                .because("what no AutoConfiguration.imports names never applies, and only its own tests do not notice");
    }

    static ArchRule whatTheContainerCallsIsPackagePrivate(Modules modules) {
        return codeUnits()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(modules.autoconfigure())
                .and(CALLED_BY_THE_CONTAINER_ONLY)
                .should()
                .bePackagePrivate()
                .because("the bean is the contract; the method that makes it is called by the container alone");
    }

    static ArchRule nothingIsFoundByScanning(Modules modules) {
        return noClasses()
                .that()
                .resideInAPackage(modules.autoconfigure())
                .should(be(FOUND_BY_SCANNING))
                .because(
                        "auto-configuration is listed, never scanned: its beans come from bean methods with conditions");
    }

    private static boolean isConfiguration(JavaClass type) {
        return type.isAnnotatedWith(Configuration.class) || type.isMetaAnnotatedWith(Configuration.class);
    }
}
