package io.durablestreams.architecture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The text files below a directory, without what is built, fetched or private to somebody's tools. */
record SourceTree(List<SourceFile> files) {

    private static final Set<String> NOT_OURS =
            Set.of("target", "node_modules", ".git", ".idea", ".vscode", ".settings");

    /** The project: Maven runs these tests in the folder {@code architecture}, right below its root. */
    static SourceTree ofTheProject() throws IOException {
        Path root = Path.of("..").toRealPath();
        if (!Files.isRegularFile(root.resolve("architecture/pom.xml"))) {
            throw new IllegalStateException(
                    "Run these tests in the folder 'architecture' of the project, not below " + root);
        }
        return below(root);
    }

    static SourceTree below(Path root) throws IOException {
        List<SourceFile> files = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return isOurs(directory) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && isOurs(file)) {
                    // Any byte is a character in Latin 1, and what the rules look for is ASCII.
                    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                    if (text.indexOf('\0') < 0) {
                        files.add(
                                new SourceFile(root.relativize(file).toString().replace('\\', '/'), text));
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return new SourceTree(files);
    }

    /** The Java files below a directory of any module, such as {@code src/main/java}. */
    Stream<SourceFile> java(String directory) {
        return files.stream()
                .filter(file -> file.path().contains("/" + directory + "/"))
                .filter(file -> file.path().endsWith(".java"));
    }

    private static boolean isOurs(Path path) {
        String name = path.getFileName().toString();
        return !NOT_OURS.contains(name) && !name.endsWith(".log");
    }
}
