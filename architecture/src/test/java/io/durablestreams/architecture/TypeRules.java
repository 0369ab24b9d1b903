package io.durablestreams.architecture;

import java.util.Collection;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.conditions.ArchConditions.have;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noConstructors;

/** How types are named, and how much of them is visible. */
final class TypeRules {

    private static final int MOST_PARAMETERS = 5;

    private static final DescribedPredicate<JavaClass> A_DURABLE_STREAM_EXCEPTION = describe(
            "a DurableStreamException",
            type -> Stream.concat(Stream.of(type), type.getAllRawSuperclasses().stream())
                    .anyMatch(ancestor -> ancestor.getSimpleName().equals("DurableStreamException")));

    private static final DescribedPredicate<JavaClass> IN_A_NULL_MARKED_PACKAGE = describe(
            "in a package whose package-info is @NullMarked",
            type -> type.getPackage().isAnnotatedWith(NullMarked.class));

    private static final DescribedPredicate<JavaConstructor> WRITTEN_BY_HAND = describe(
            "are not a record's canonical one or an anonymous class's",
            constructor -> !isCanonical(constructor)
                    && !constructor.getOwner().isAnonymousClass()
                    && !constructor.getModifiers().contains(JavaModifier.SYNTHETIC));

    private static final DescribedPredicate<JavaConstructor> TOO_MANY_PARAMETERS = describe(
            "more than " + MOST_PARAMETERS + " parameters", constructor -> written(constructor) > MOST_PARAMETERS);

    private TypeRules() {}

    static ArchRule packagesAreNamedAfterWhatTheyHold(Modules modules) {
        return noClasses()
                .that()
                .resideInAPackage(modules.all())
                .should()
                .resideInAnyPackage("..internal..", "..util..", "..utils..", "..impl..")
                .because("such a package says nothing; what is internal is package-private next to what uses it");
    }

    static ArchRule typesAreNamedAfterWhatTheyDo(Modules modules) {
        return noClasses()
                .that()
                .resideInAPackage(modules.all())
                .should()
                .haveNameMatching(".*(Utils?|Manager|Impl|Helper)")
                .because("the protocol has words for what happens here, and these are not among them");
    }

    static ArchRule defaultsAreHidden(Modules modules) {
        return classes()
                .that()
                .resideInAPackage(modules.all())
                .and()
                .haveSimpleNameStartingWith("Default")
                .should()
                .notBePublic()
                .andShould()
                .notBeProtected()
                .andShould()
                .haveModifier(JavaModifier.FINAL)
                .because(
                        "the interface and its builder are the contract; the class behind them may change at any time");
    }

    static ArchRule clientExceptionsHaveOneRoot(Modules modules) {
        return classes()
                .that()
                .resideInAPackage(modules.client())
                .and()
                .arePublic()
                .and()
                .areAssignableTo(Throwable.class)
                .should(be(A_DURABLE_STREAM_EXCEPTION))
                .because("one type catches all that can go wrong with a stream, and its subtypes say whether to retry");
    }

    static ArchRule settingsAreRecords(Modules modules) {
        return classes()
                .that()
                .resideInAPackage(modules.all())
                .and()
                .haveSimpleNameEndingWith("Settings")
                .should()
                .beRecords()
                .because("settings are values: immutable, comparable, validated when constructed");
    }

    static ArchRule packagesAreNullMarked(Modules modules) {
        return classes()
                .that()
                .resideInAPackage(modules.all())
                .should(be(IN_A_NULL_MARKED_PACKAGE))
                .because("NullAway checks nothing outside of @NullMarked packages");
    }

    static ArchRule aThirdOfTheTypesIsHidden(Modules modules) {
        return classes()
                .that()
                .resideInAnyPackage(modules.client(), modules.server(), modules.autoconfigure())
                .and()
                .areTopLevelClasses()
                .and()
                .doNotHaveSimpleName("package-info")
                .should(new BeHiddenInOneCaseOfThree())
                .because("what is public has to stay as it is: start package-private");
    }

    static ArchRule constructorsStaySmall(Modules modules) {
        return noConstructors()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(modules.all())
                .and(WRITTEN_BY_HAND)
                .should(have(TOO_MANY_PARAMETERS))
                .because("what needs more than " + MOST_PARAMETERS + " things does more than one; values are records");
    }

    private static boolean isCanonical(JavaConstructor constructor) {
        JavaClass owner = constructor.getOwner();
        long components = owner.getFields().stream()
                .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
                .count();
        return owner.isRecord() && constructor.getRawParameterTypes().size() == components;
    }

    /** Counts what stands in the source: enums get their name and ordinal from the compiler, inner classes the outer. */
    private static int written(JavaConstructor constructor) {
        JavaClass owner = constructor.getOwner();
        int added = owner.isEnum() ? 2 : owner.isInnerClass() && !owner.isLocalClass() ? 1 : 0;
        return constructor.getRawParameterTypes().size() - added;
    }

    /** Counts over all classes of the rule: the ratio is theirs together. */
    private static final class BeHiddenInOneCaseOfThree extends ArchCondition<JavaClass> {

        private int hidden;
        private int total;

        BeHiddenInOneCaseOfThree() {
            super("be hidden in at least one case of three");
        }

        @Override
        public void init(Collection<JavaClass> allTypes) {
            hidden = 0;
            total = 0;
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            total++;
            if (!type.getModifiers().contains(JavaModifier.PUBLIC)) {
                hidden++;
            }
        }

        @Override
        public void finish(ConditionEvents events) {
            boolean enough = 3 * hidden >= total;
            events.add(new SimpleConditionEvent(
                    this, enough, hidden + " of " + total + " top-level types are not public"));
        }
    }
}
