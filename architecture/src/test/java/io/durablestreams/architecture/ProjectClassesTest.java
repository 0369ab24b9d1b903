package io.durablestreams.architecture;

import java.io.IOException;
import java.util.List;

import com.tngtech.archunit.core.domain.JavaClass;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Rules over nothing would all hold: what they look at has to be there. */
class ProjectClassesTest {

    @Test
    void theClassesOfEveryModuleWithSourcesAreRead() throws IOException {
        List<String> sources = SourceTree.ofTheProject()
                .java("src/main/java")
                .map(SourceFile::path)
                .filter(path -> path.startsWith("durable-streams-") && !path.endsWith("-info.java"))
                .map(path -> path.replaceFirst(".*/src/main/java/", "")
                        .replaceFirst("\\.java$", "")
                        .replace('/', '.'))
                .toList();

        assertThat(sources).isNotEmpty();
        assertThat(RuleCheck.PROJECT_CLASSES).extracting(JavaClass::getName).containsAll(sources);
    }

    @Test
    void theFixturesAreNotAmongThem() {
        assertThat(RuleCheck.PROJECT_CLASSES)
                .extracting(JavaClass::getPackageName)
                .noneMatch(name -> name.startsWith("io.durablestreams.architecture"));
    }
}
