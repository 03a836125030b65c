package dev.octavo.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineListener;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the scanner library is told of a service that neither Maven nor Gradle builds. */
class LibraryScanTest {
    private static final Instant BEGUN = Instant.parse("2026-02-03T04:05:06Z");

    @TempDir
    Path workspace;

    private Path shop;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        shop = Files.createDirectories(workspace.resolve("shop"));
    }

    private Path file(String path) throws IOException {
        Path file = shop.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "text");
    }

    private Properties properties(String... words) throws IOException {
        EngineListener listener = new EngineListener() {
            @Override
            public void progress(String message) {}

            @Override
            public void warning(String message) {
                warnings.add(message);
            }

            @Override
            public void output(String line) {}
        };
        Path report =
                Files.createDirectories(workspace.resolve(".octavo/sonar/shop")).resolve("report-task.txt");
        List<String> command = LibraryScan.command(
                shop,
                BEGUN,
                List.of(words),
                report,
                new EngineContext(workspace, workspace, Map.of(), listener, new Cancellation(), Clock.systemUTC()));
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(command.get(command.size() - 1)))) {
            properties.load(reader);
        }
        return properties;
    }

    @Test
    void aFrontEndHasItsSourcesTestsAndCoverage() throws IOException {
        file("src/app.js");
        file("src/app.test.js");
        file("tests/more.js");
        file("coverage/lcov.info");

        Properties properties = properties("-Dsonar.projectKey=shop", "-Dsonar.branch.name=a=b");

        assertThat(properties)
                .containsEntry("sonar.projectKey", "shop")
                .containsEntry("sonar.branch.name", "a=b")
                .containsEntry("sonar.sources", "src")
                .containsEntry("sonar.tests", "src,tests")
                .containsEntry("sonar.projectBaseDir", shop.toString())
                .containsEntry("sonar.javascript.lcov.reportPaths", "coverage/lcov.info")
                .doesNotContainKey("sonar.java.binaries");
        assertThat(properties.getProperty("sonar.exclusions")).contains("**/*.test.*", "tests/**", "node_modules");
        assertThat(properties.getProperty("sonar.working.directory")).contains(".octavo");
        assertThat(warnings).isEmpty();
    }

    @Test
    void coverageOfAnEarlierRunIsNotHandedOn() throws IOException {
        Files.setLastModifiedTime(file("coverage/lcov.info"), FileTime.from(BEGUN.minusSeconds(2)));

        assertThat(properties()).doesNotContainKey("sonar.javascript.lcov.reportPaths");
        assertThat(warnings).singleElement().asString().contains("of an earlier run");
    }

    @Test
    void javaIsAnalysedWithItsClassesOnly() throws IOException {
        file("src/shop/Shop.java");

        assertThat(properties().getProperty("sonar.exclusions")).contains("**/*.java");
        assertThat(warnings).singleElement().asString().contains("compiled classes");
        file("out/shop/Shop.class");
        assertThat(properties())
                .containsEntry("sonar.java.binaries", "out")
                .hasEntrySatisfying(
                        "sonar.exclusions", each -> assertThat(each.toString()).doesNotContain("**/*.java"));
    }

    @Test
    void theirOwnPropertiesHaveTheLastWordOnSources() throws IOException {
        file("src/app.js");
        Files.writeString(
                shop.resolve("sonar-project.properties"),
                "sonar.projectKey=theirs\nsonar.sources=app,lib\nsonar.exclusions=lib/old/**\nsonar.coverage.exclusions=x\n");

        assertThat(properties("-Dsonar.projectKey=shop"))
                .containsEntry("sonar.projectKey", "shop")
                .containsEntry("sonar.sources", "app,lib")
                .containsEntry("sonar.exclusions", "lib/old/**")
                .containsEntry("sonar.coverage.exclusions", "x")
                .doesNotContainKey("sonar.tests");
    }
}
