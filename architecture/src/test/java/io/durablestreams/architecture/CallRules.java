package io.durablestreams.architecture;

import java.time.Clock;
import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;

/** What the libraries never call. */
final class CallRules {

    private static final Set<String> BLOCKING =
            Set.of("block", "blockOptional", "blockFirst", "blockLast", "toIterable", "toStream");

    private static final DescribedPredicate<JavaAccess<?>> A_BLOCKING_OPERATOR = describe(
            "the target is a blocking operator of Reactor",
            access -> isReactive(access) && BLOCKING.contains(access.getName()));

    private static final DescribedPredicate<JavaAccess<?>> A_BLIND_SUBSCRIPTION = describe(
            "the target is subscribe() without arguments",
            access -> isReactive(access) && access.getName().equals("subscribe") && hasNoParameters(access));

    private static final DescribedPredicate<JavaAccess<?>> A_NEW_THREAD = describe(
            "the target is a constructor of Thread",
            access -> access.getTargetOwner().isAssignableTo(Thread.class)
                    && access.getName().equals("<init>"));

    private static final DescribedPredicate<JavaAccess<?>> A_SLEEP = describe(
            "the target is a sleep",
            access -> access.getName().equals("sleep")
                    && access.getTargetOwner().getPackageName().startsWith("java."));

    /** Calls only: a reference such as {@code System::nanoTime} is the default of something injected. */
    private static final DescribedPredicate<JavaCall<?>> A_HIDDEN_CLOCK = describe(
            "the target reads the time from nowhere",
            call -> readsSystemTime(call) || readsJavaTime(call) || createsCurrentDate(call));

    private static final DescribedPredicate<JavaMethod> HANDS_OUT_A_PUBLISHER = describe(
            "hand a publisher to the application",
            method -> method.getModifiers().contains(JavaModifier.PUBLIC)
                    && !method.getModifiers().contains(JavaModifier.ABSTRACT)
                    && !method.getModifiers().contains(JavaModifier.SYNTHETIC)
                    && method.getRawReturnType().isAssignableTo("org.reactivestreams.Publisher"));

    private CallRules() {}

    static ArchRule nothingBlocks(Modules modules) {
        return noLibraryClasses(modules)
                .should()
                .accessTargetWhere(A_BLOCKING_OPERATOR)
                .because(
                        "a blocked event loop stalls every stream it serves; whether to block is up to the application");
    }

    static ArchRule everySubscriptionIsObserved(Modules modules) {
        return noLibraryClasses(modules)
                .should()
                .accessTargetWhere(A_BLIND_SUBSCRIPTION)
                .because("its errors end in a log that nobody reads, and nobody can cancel it");
    }

    static ArchRule nobodyStartsThreads(Modules modules) {
        return noLibraryClasses(modules)
                .should()
                .accessTargetWhere(A_NEW_THREAD)
                .because("streams cost no threads; where one is needed, a Scheduler names, counts and ends it");
    }

    static ArchRule nobodySleeps(Modules modules) {
        return noLibraryClasses(modules)
                .should()
                .accessTargetWhere(A_SLEEP)
                .because("waiting is a delay on a Scheduler, which tests can turn and cancel can end");
    }

    static ArchRule timeIsInjected(Modules modules) {
        return noLibraryClasses(modules)
                .should()
                .callCodeUnitWhere(A_HIDDEN_CLOCK)
                .because("time comes from an injected Clock or Scheduler, or tests have to wait for it");
    }

    static ArchRule nobodyWritesToTheConsole(Modules modules) {
        return noLibraryClasses(modules)
                .should(ACCESS_STANDARD_STREAMS)
                .because("a library logs through SLF4J, where applications can turn it off");
    }

    static ArchRule loggingIsSlf4j(Modules modules) {
        return noLibraryClasses(modules)
                .should(USE_JAVA_UTIL_LOGGING)
                .because("SLF4J is the one logging interface here, as in Spring Boot");
    }

    static ArchRule jacksonIsVersionThree(Modules modules) {
        return noLibraryClasses(modules)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson.core..", "com.fasterxml.jackson.databind..")
                .because("Spring Boot 4 configures a mapper of Jackson 3 (tools.jackson) and none of Jackson 2");
    }

    static ArchRule everyPublisherForApplicationsIsShielded(Modules modules) {
        return methods()
                .that(HANDS_OUT_A_PUBLISHER)
                .and(belongToTheApi(modules))
                .should(new StopAtErrors())
                .because("onErrorContinue of an application also changes the operators of the library, which then drop"
                        + " failures, spin or never end; onErrorStop as the last operator keeps it out");
    }

    /**
     * Methods of public types, or of hidden types that implement a public interface of the libraries. Stores are called
     * by the libraries.
     */
    private static DescribedPredicate<JavaMethod> belongToTheApi(Modules modules) {
        DescribedPredicate<JavaClass> doors = PackageRules.areDoors(modules);
        DescribedPredicate<JavaClass> libraries = JavaClass.Predicates.resideInAnyPackage(modules.libraries());
        return describe("belong to the API", method -> {
            JavaClass owner = method.getOwner();
            boolean itself = owner.getModifiers().contains(JavaModifier.PUBLIC) && !owner.isRecord();
            return libraries.test(owner)
                    && !doors.test(owner)
                    && !owner.getSimpleName().endsWith("Store")
                    && (itself
                            || owner.getAllRawInterfaces().stream()
                                    .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                                    .filter(type -> libraries.test(type) && !doors.test(type))
                                    .anyMatch(type -> type.tryGetMethod(
                                                    method.getName(),
                                                    method.getRawParameterTypes().stream()
                                                            .map(JavaClass::getName)
                                                            .toArray(String[]::new))
                                            .isPresent()));
        });
    }

    static ArchRule readsUseNoSinks(Modules modules) {
        return noClasses()
                .that()
                .resideInAPackage(modules.reader())
                .should()
                .dependOnClassesThat()
                .haveNameMatching("reactor\\.core\\.publisher\\.Sinks(\\$.*)?")
                .because("a sink in the read path is a queue that knows no demand");
    }

    private static GivenClassesConjunction noLibraryClasses(Modules modules) {
        return noClasses().that().resideInAnyPackage(modules.libraries());
    }

    private static boolean isReactive(JavaAccess<?> access) {
        return access.getTargetOwner().isAssignableTo("org.reactivestreams.Publisher");
    }

    private static boolean hasNoParameters(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget target
                && target.getRawParameterTypes().isEmpty();
    }

    private static boolean readsSystemTime(JavaCall<?> call) {
        return call.getTargetOwner().isEquivalentTo(System.class)
                && Set.of("currentTimeMillis", "nanoTime").contains(call.getName());
    }

    private static boolean readsJavaTime(JavaCall<?> call) {
        JavaClass owner = call.getTargetOwner();
        return owner.getPackageName().startsWith("java.time")
                && call.getName().equals("now")
                && call.getTarget().getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Clock.class));
    }

    /** A method that only calls another method of its own interface returns what that method has shielded. */
    private static final class StopAtErrors extends ArchCondition<JavaMethod> {

        StopAtErrors() {
            super("end with onErrorStop()");
        }

        @Override
        public void check(JavaMethod method, ConditionEvents events) {
            boolean shielded = method.getMethodCallsFromSelf().stream()
                    .anyMatch(call -> isReactive(call) && call.getName().equals("onErrorStop")
                            || call.getTargetOwner().isInterface()
                                    && call.getTargetOwner().equals(method.getOwner())
                                    && call.getName().equals(method.getName()));
            events.add(new SimpleConditionEvent(
                    method, shielded, "Method <" + method.getFullName() + "> does not end with onErrorStop()"));
        }
    }

    private static boolean createsCurrentDate(JavaCall<?> call) {
        return call.getTargetOwner().isEquivalentTo(java.util.Date.class)
                && call.getName().equals("<init>")
                && hasNoParameters(call);
    }
}
