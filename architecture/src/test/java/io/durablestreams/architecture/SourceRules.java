package io.durablestreams.architecture;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/** The rules over sources, build files and documents. */
final class SourceRules {

    private static final int MOST_LINES = 500;

    private static final Pattern SLEEP = Pattern.compile("\\b(Thread|TimeUnit\\s*\\.\\s*\\w+)\\s*\\.\\s*sleep\\b");

    /** Reactor's and the JDK's waits without a timeout. Those of Awaitility have one by default. */
    private static final Pattern ENDLESS_WAIT = Pattern.compile("\\.\\s*verify(Complete|Error\\w*)\\s*\\("
            + "|(?<!\\bAwaitility)\\.\\s*(verify|verifyThenAssertThat|block\\w*|await|join)\\s*\\(\\s*\\)");

    private static final Pattern DISABLED = Pattern.compile("@Disabled\\b");

    private static final Pattern REGISTRY = Pattern.compile(String.join(
            "|",
            "\\b(repo1?|search|central)\\.maven\\.(org|apache\\.org)",
            "\\b(central|oss|s01\\.oss)\\.sonatype\\.(com|org)",
            "\\bmvnrepository\\.com",
            "\\bmaven\\.google\\.com",
            "\\bjcenter\\.bintray\\.com",
            "\\b(plugins|services)\\.gradle\\.org",
            "\\brepo\\.spring\\.io",
            "\\b(maven|npm)\\.pkg\\.github\\.com",
            "\\bregistry\\.(npmjs|yarnpkg)\\.(org|com)",
            "\\bnpmjs\\.com",
            "\\b(pypi|pythonhosted)\\.org",
            "\\bcrates\\.io",
            "\\bproxy\\.golang\\.org"));

    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w/.~-])/(root/|usr/lib/jvm/|home/\\w|Users/\\w)|\\b[A-Z]:\\\\Users\\\\");

    private static final Pattern LIBRARY_SOURCE = Pattern.compile(
            "durable-streams-(?<module>protocol|client|server|autoconfigure)/src/main/java/(?<file>.*\\.java)");

    private static final Pattern STARTER_POM =
            Pattern.compile("(?<folder>[\\w-]*-spring-boot-starter[\\w-]*/)pom\\.xml");

    private static final Pattern PUBLISHED_POM = Pattern.compile("durable-streams-(?!bom/)[\\w-]+/pom\\.xml");

    private static final Pattern MODULE_NAME =
            Pattern.compile("<Automatic-Module-Name>(io\\.durablestreams\\.\\w+)</Automatic-Module-Name>");

    private static final String BOM = "durable-streams-bom/pom.xml";

    private static final Pattern XML_COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);

    private static final String FAILURES = "docs/reliability.md";

    /** A failure, what is done about it, the tests over sockets, and those without. */
    private static final Pattern FAILURE =
            Pattern.compile("(?m)^\\| (?!failure \\|)([^|]+) \\|[^|]+\\|([^|]*)(\\|([^|]*))?\\|$");

    private static final String OVER_SOCKETS = "@Tag(\"sockets\")";

    private static final Pattern NO_NETWORK =
            Pattern.compile("\\b(Scripted|Faulty)Transport\\b|\\.\\s*transport\\s*\\(|\\bStreamTransport\\b");

    private static final Pattern NAMED_TEST = Pattern.compile("`(\\w+(Test|IT))\\.(\\w+)`");

    static final SourceRule MAIN_FILES_STAY_SHORT = new SourceRule(
            "a main file has at most " + MOST_LINES + " lines, because nobody reads a longer one to its end",
            tree -> tree.java("src/main/java")
                    .filter(file -> file.lines() > MOST_LINES)
                    .map(file -> file.path() + ":" + file.lines()));

    static final SourceRule TESTS_DO_NOT_SLEEP = SourceRule.forbid(
            SLEEP,
            SourceRules::testCode,
            "tests do not sleep, because that is slow on every machine and too short on some:"
                    + " turn virtual time, or wait for a signal with a timeout");

    static final SourceRule WAITS_END = SourceRule.forbid(
            ENDLESS_WAIT,
            SourceRules::testCode,
            "tests wait with a timeout, because one that hangs says nothing:"
                    + " verify(Duration), block(Duration), await(time, unit), get(time, unit)");

    static final SourceRule NO_TEST_IS_DISABLED = SourceRule.forbid(
            DISABLED, SourceRules::testCode, "a test runs or is deleted, because nobody misses a disabled one");

    static final SourceRule NO_REGISTRY_IS_NAMED = SourceRule.forbid(
            REGISTRY,
            tree -> tree.files().stream(),
            "no file names a package registry, because each who builds has their own");

    static final SourceRule NO_MACHINE_IS_NAMED = SourceRule.forbid(
            MACHINE_PATH,
            tree -> tree.files().stream(),
            "no file names a place on one machine, because it is wrong on all others");

    static final SourceRule CLASSES_LIVE_IN_THEIR_MODULES_PACKAGE = new SourceRule(
            "a library's classes live below io.durablestreams.<module>,"
                    + " because the rules over the modules know them by their packages",
            tree -> tree.files().stream().map(SourceFile::path).filter(SourceRules::isAstray));

    static final SourceRule EMPTY_STARTERS_ARE_MARKED = new SourceRule(
            "a starter has the manifest entry Spring-Boot-Jar-Type: dependencies-starter if and only if it has no code,"
                    + " because Spring Boot leaves jars with this entry out of applications",
            tree -> tree.files().stream()
                    .filter(pom -> isWronglyMarked(pom, tree))
                    .map(SourceFile::path));

    static final SourceRule PUBLISHED_JARS_NAME_THEIR_MODULE = new SourceRule(
            "a published jar has an Automatic-Module-Name with which its packages begin, because the Java module system"
                    + " derives a name from the file otherwise, and users would depend on that",
            tree -> publishedPoms(tree)
                    .filter(pom -> !namesItsModule(pom, tree))
                    .map(SourceFile::path));

    static final SourceRule PUBLISHED_MODULES_ARE_IN_THE_BOM = new SourceRule(
            "the BOM has every published module, because an application that imports it names no other version",
            tree -> publishedPoms(tree)
                    .map(SourceRules::folder)
                    .filter(module -> tree.files().stream()
                            .noneMatch(file -> file.path().equals(BOM)
                                    && withoutComments(file).contains("<artifactId>" + module + "</artifactId>")))
                    .map(module -> BOM + ": " + module));

    static final SourceRule TESTS_THAT_DOCUMENTS_NAME_EXIST = new SourceRule(
            "a document names tests that exist, because what it says is only as good as the test that shows it",
            tree -> tree.files().stream()
                    .filter(file -> file.path().endsWith(".md"))
                    .flatMap(file -> missingTests(file, tree)));

    static final SourceRule EACH_FAILURE_IS_SHOWN_OVER_SOCKETS = new SourceRule(
            "each failure in " + FAILURES + " has tests over sockets, of classes with " + OVER_SOCKETS
                    + ", and all others in the last column, because what works without a network need not work with one",
            tree -> tree.files().stream()
                    .filter(file -> file.path().equals(FAILURES))
                    .flatMap(file -> FAILURE.matcher(file.text()).results())
                    .filter(failure -> !isShownOverSockets(failure, tree))
                    .map(failure -> FAILURES + ": " + failure.group(1)));

    static final SourceRule SOCKETS_ARE_REAL = SourceRule.forbid(
            NO_NETWORK,
            tree -> overSockets(tree).map(SourceFile::code),
            "a test with " + OVER_SOCKETS + " replaces nothing of the network," + " because " + FAILURES
                    + " says that it is there");

    private SourceRules() {}

    /** The fixtures of the other rules break these as well. */
    private static Stream<SourceFile> testCode(SourceTree tree) {
        return tree.java("src/test/java")
                .filter(file -> !file.path().contains("/architecture/fixtures/"))
                .map(SourceFile::code);
    }

    private static Stream<String> missingTests(SourceFile document, SourceTree tree) {
        return NAMED_TEST
                .matcher(document.text())
                .results()
                .filter(name -> tree.java("src/test/java")
                        .filter(file -> file.path().endsWith("/" + name.group(1) + ".java"))
                        .noneMatch(file -> file.code().text().contains(" void " + name.group(3) + "(")))
                .map(name -> document.path() + ": " + name.group());
    }

    private static Stream<SourceFile> overSockets(SourceTree tree) {
        return tree.java("src/test/java")
                .filter(file -> !file.path().startsWith("architecture/"))
                .filter(file -> file.text().contains(OVER_SOCKETS));
    }

    private static boolean isShownOverSockets(MatchResult failure, SourceTree tree) {
        Set<String> classes = overSockets(tree)
                .map(file -> file.path().replaceAll(".*/|\\.java$", ""))
                .collect(Collectors.toSet());
        List<String> shown = namedClasses(failure.group(2));
        List<String> without = namedClasses(failure.group(4));
        return !shown.isEmpty()
                && classes.containsAll(shown)
                && without.stream().noneMatch(classes::contains);
    }

    private static List<String> namedClasses(@Nullable String tests) {
        return NAMED_TEST
                .matcher(Objects.requireNonNullElse(tests, ""))
                .results()
                .map(test -> test.group(1))
                .toList();
    }

    private static boolean isAstray(String path) {
        Matcher source = LIBRARY_SOURCE.matcher(path);
        return source.matches()
                && !source.group("file").startsWith("io/durablestreams/" + source.group("module") + "/");
    }

    private static Stream<SourceFile> publishedPoms(SourceTree tree) {
        return tree.files().stream()
                .filter(file -> PUBLISHED_POM.matcher(file.path()).matches());
    }

    private static String folder(SourceFile pom) {
        return pom.path().substring(0, pom.path().indexOf('/'));
    }

    private static boolean namesItsModule(SourceFile pom, SourceTree tree) {
        Matcher name = MODULE_NAME.matcher(withoutComments(pom));
        if (!name.find()) {
            return false;
        }
        String packages = "/src/main/java/" + name.group(1).replace('.', '/') + "/";
        return tree.java("src/main/java")
                .filter(file -> file.path().startsWith(folder(pom) + "/"))
                .allMatch(file -> file.path().contains(packages));
    }

    private static String withoutComments(SourceFile pom) {
        return XML_COMMENT.matcher(pom.text()).replaceAll("");
    }

    private static boolean isWronglyMarked(SourceFile pom, SourceTree tree) {
        Matcher starter = STARTER_POM.matcher(pom.path());
        if (!starter.matches()) {
            return false;
        }
        boolean hasCode =
                tree.java("src/main/java").anyMatch(file -> file.path().startsWith(starter.group("folder")));
        boolean isMarked =
                withoutComments(pom).contains("<Spring-Boot-Jar-Type>dependencies-starter</Spring-Boot-Jar-Type>");
        return hasCode == isMarked;
    }
}
