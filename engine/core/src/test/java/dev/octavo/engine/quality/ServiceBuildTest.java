package dev.octavo.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Runs scripts in the place of the build tools. */
@DisabledOnOs(OS.WINDOWS)
class ServiceBuildTest {
    private static final String PASSING = "<testsuite><testcase name='a' classname='shop.ATest'/></testsuite>";
    private static final String FAILING =
            "<testsuite><testcase name='a' classname='shop.ATest'><failure message='wrong'>x\n"
                    + "\tat shop.ATest.a(ATest.java:7)</failure></testcase></testsuite>";

    @TempDir
    Path workspace;

    private final List<String> output = new CopyOnWriteArrayList<>();
    private final Map<String, String> environment = new HashMap<>(System.getenv());
    private final Cancellation cancellation = new Cancellation();
    private Path directory;

    @BeforeEach
    void makeService() throws IOException {
        directory = Files.createDirectories(workspace.resolve("services"));
        Files.createDirectories(directory.resolve("catalog"));
        Files.writeString(directory.resolve("pom.xml"), "<project/>");
    }

    private EngineContext context() {
        EngineListener listener = new EngineListener() {
            @Override
            public void progress(String message) {}

            @Override
            public void warning(String message) {}

            @Override
            public void output(String line) {
                output.add(line);
            }
        };
        return new EngineContext(workspace, workspace, environment, listener, cancellation, Clock.systemUTC());
    }

    private Path script(Path file, String... lines) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static String writeReport(String folder, String xml) {
        return "mkdir -p " + folder + " && cat > " + folder + "/TEST-shop.ATest.xml <<'END'\n" + xml + "\nEND";
    }

    private BuildResult build() {
        return ServiceBuild.run(ServiceBuild.Request.of(directory, "catalog", null), context());
    }

    private EngineException failure() {
        try {
            throw new AssertionError("it was built: " + build());
        } catch (EngineException e) {
            return e;
        }
    }

    @Test
    void runsTheWrapperOfAFolderAboveForTheModuleAndPassesItsOutputOn() throws IOException {
        script(
                workspace.resolve("mvnw"),
                "echo \"in $(pwd -P): $*\"",
                "echo to standard error >&2",
                writeReport("catalog/target/surefire-reports", PASSING),
                writeReport("common/target/surefire-reports", PASSING));

        BuildResult result = build();

        assertThat(result.tool()).isEqualTo("Maven");
        assertThat(output)
                .containsExactly(
                        "in " + directory.toRealPath() + ": -B -ntp -Dstyle.color=never -pl catalog -am package",
                        "to standard error");
        assertThat(result.tests().reports())
                .containsExactly("services/catalog/target/surefire-reports/TEST-shop.ATest.xml");
        assertThat(result.upstreamTests().reports())
                .containsExactly("services/common/target/surefire-reports/TEST-shop.ATest.xml");
    }

    @Test
    void runsAWrapperThatLostItsExecutableBit() throws IOException {
        Path wrapper = script(directory.resolve("mvnw"), writeReport("catalog/target/surefire-reports", PASSING));
        assertThat(wrapper.toFile().setExecutable(false)).isTrue();

        assertThat(build().command()).startsWith("sh", wrapper.toString());
    }

    @Test
    void looksForNoWrapperAboveTheWorkspaceButOnThePath() throws IOException {
        Path bin = Files.createDirectories(workspace.resolve("bin"));
        Path program = script(bin.resolve("mvn"), writeReport("catalog/target/surefire-reports", PASSING));
        environment.put("PATH", bin + ":/usr/bin:/bin");
        script(workspace.resolve("mvnw"), "exit 3");

        BuildTool tool = BuildTool.find(directory, directory, environment);

        assertThat(tool.command()).containsExactly(program.toString());
        environment.put("PATH", workspace.resolve("empty").toString());
        assertThatThrownBy(() -> BuildTool.find(directory, directory, environment))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.BUILD_TOOL);
                    assertThat(e.fix()).contains("mvn wrapper:wrapper");
                });
    }

    @Test
    void runsGradleSoThatTestsReallyRun() throws IOException {
        Files.delete(directory.resolve("pom.xml"));
        Files.writeString(directory.resolve("settings.gradle.kts"), "");
        script(directory.resolve("gradlew"), "echo \"$*\"", writeReport("catalog/build/test-results/test", PASSING));

        BuildResult result = build();

        assertThat(result.tool()).isEqualTo("Gradle");
        assertThat(output)
                .singleElement()
                .asString()
                .endsWith(" :catalog:build")
                .contains("--no-daemon");
        assertThat(workspace.resolve(".octavo/gradle/octavo.gradle"))
                .content()
                .contains("upToDateWhen", "preserveFileTimestamps");
    }

    @Test
    void givesMavenTheTimeOfTheCommitForItsArchives() throws IOException {
        script(directory.resolve("mvnw"), "echo \"$*\"", writeReport("catalog/target/surefire-reports", PASSING));

        for (String time : List.of("2026-11-24T10:15:30.5Z", "1970-01-01T00:00:00Z")) {
            ServiceBuild.run(ServiceBuild.Request.of(directory, "catalog", Instant.parse(time)), context());
        }

        assertThat(output)
                .containsExactly(
                        "-B -ntp -Dstyle.color=never -Dproject.build.outputTimestamp=2026-11-24T10:15:30Z -pl catalog -am package",
                        "-B -ntp -Dstyle.color=never -pl catalog -am package");
    }

    @Test
    void saysWhichTestsFailed() throws IOException {
        script(
                directory.resolve("mvnw"),
                writeReport("catalog/target/surefire-reports", FAILING),
                "echo '[ERROR] There are test failures.'",
                "exit 1");

        assertThatThrownBy(this::build).isInstanceOfSatisfying(TestsFailedException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.TEST_FAILED);
            assertThat(e.what()).isEqualTo("1 of 1 test failed in catalog");
            assertThat(e.where()).isEqualTo("ATest.java:7");
            assertThat(e.why()).contains("ATest.a", "wrong");
            assertThat(e.tests().failures()).isEqualTo(1);
        });
    }

    @Test
    void namesAFailuresFileFromTheWorkspaceAndNoSecret() throws IOException {
        environment.put("SHOP_PASSWORD", "hunter2-hunter2");
        Path source = Files.createDirectories(directory.resolve("catalog/src/test/java/shop"));
        Files.writeString(source.resolve("ATest.java"), "");
        script(
                directory.resolve("mvnw"),
                writeReport(
                        "catalog/target/surefire-reports", FAILING.replace("'wrong'", "'refused: hunter2-hunter2'")),
                "exit 1");

        assertThatThrownBy(this::build).isInstanceOfSatisfying(TestsFailedException.class, e -> {
            assertThat(e.where()).isEqualTo("services/catalog/src/test/java/shop/ATest.java:7");
            assertThat(e.tests().failed().get(0).message()).isEqualTo("refused: ****");
            assertThat(e.describe()).doesNotContain("hunter2-hunter2");
        });
    }

    @Test
    void believesTheReportsWhereTheBuildIgnoresFailures() throws IOException {
        script(directory.resolve("mvnw"), writeReport("catalog/target/surefire-reports", FAILING), "exit 0");

        assertThat(failure().code()).isEqualTo(ErrorCode.TEST_FAILED);
    }

    @Test
    void saysThatATestOfAnUpstreamModuleFailed() throws IOException {
        script(directory.resolve("mvnw"), writeReport("common/target/surefire-reports", FAILING), "exit 1");

        EngineException e = failure();

        assertThat(e.code()).isEqualTo(ErrorCode.TEST_FAILED);
        assertThat(e.what()).contains("a module that catalog is built from");
    }

    @Test
    void leavesAnotherServicesTestsOut() throws IOException {
        script(
                directory.resolve("mvnw"),
                "echo '[INFO]   from pom.xml'",
                "echo '[INFO]   from common/pom.xml'",
                "echo '[INFO]   from catalog/pom.xml'",
                writeReport("catalog/target/surefire-reports", PASSING),
                writeReport("common/target/surefire-reports", PASSING),
                writeReport("orders/target/surefire-reports", FAILING));

        assertThat(build().upstreamTests().describe()).isEqualTo("1 test passed");
    }

    @Test
    void needsTestsInTheServicesOwnModule() throws IOException {
        script(directory.resolve("mvnw"), writeReport("common/target/surefire-reports", PASSING));

        assertThat(failure().code()).isEqualTo(ErrorCode.TEST_NONE);

        BuildResult result = ServiceBuild.run(new ServiceBuild.Request(directory, "catalog", false, null), context());
        assertThat(result.tests()).isEqualTo(TestSummary.EMPTY);
        assertThat(result.upstreamTests().tests()).isEqualTo(1);
    }

    @Test
    void quotesTheCompiler() throws IOException {
        String file = directory.resolve("catalog/src/main/java/shop/A.java").toString();
        script(
                directory.resolve("mvnw"),
                "echo '[ERROR] COMPILATION ERROR : '",
                "echo '[ERROR] " + file + ":[12,5] cannot find symbol'",
                "echo '  symbol:   class Foo'",
                "echo '  location: class shop.A'",
                "echo '[ERROR] Failed to execute goal x: Compilation failure'",
                "echo '[ERROR] " + file + ":[12,5] cannot find symbol'",
                "echo '[ERROR]   symbol:   class Foo'",
                "exit 1");

        EngineException e = failure();

        assertThat(e.code()).isEqualTo(ErrorCode.BUILD_FAILED);
        assertThat(e.where()).isEqualTo("services/catalog/src/main/java/shop/A.java:12");
        assertThat(e.why())
                .isEqualTo("services/catalog/src/main/java/shop/A.java:12  cannot find symbol\n"
                        + "  symbol:   class Foo\n  location: class shop.A");
    }

    @Test
    void quotesWhatTheToolSaysWithoutSecrets() throws IOException {
        environment.put("NEXUS_PASSWORD", "hunter2-hunter2");
        script(
                directory.resolve("mvnw"),
                "echo '[ERROR] Failed to execute goal on project catalog: Could not transfer artifact with '"
                        + "$NEXUS_PASSWORD' -> [Help 1]'",
                "echo '[ERROR] '",
                "echo '[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.'",
                "exit 1");

        EngineException e = failure();

        assertThat(e.code()).isEqualTo(ErrorCode.BUILD_FAILED);
        assertThat(e.why())
                .isEqualTo("Failed to execute goal on project catalog: Could not transfer artifact with ****");
        assertThat(e.fix()).contains("network");
    }

    @Test
    void quotesTheLastLinesOfAToolThatSaysNothingClear() throws IOException {
        script(directory.resolve("mvnw"), "echo curl: no route to host", "exit 6");

        EngineException e = failure();

        assertThat(e.what()).contains("exit code 6");
        assertThat(e.why()).isEqualTo("curl: no route to host");
    }

    @Test
    void tellsAFullDiskFromABrokenBuild() throws IOException {
        script(directory.resolve("mvnw"), "echo '[ERROR] Error writing file: No space left on device'", "exit 1");

        assertThat(failure().code()).isEqualTo(ErrorCode.BUILD_DISK);
    }

    @Test
    void stopsTheToolAndWhatItStartedWhenCancelled() throws IOException {
        script(directory.resolve("mvnw"), "sleep 600 & echo $!", "wait");
        EngineListener canceller = new EngineListener() {
            @Override
            public void progress(String message) {}

            @Override
            public void warning(String message) {}

            @Override
            public void output(String line) {
                output.add(line);
                cancellation.cancel();
            }
        };

        assertThatThrownBy(() -> ServiceBuild.run(
                        ServiceBuild.Request.of(directory, "catalog", null),
                        context().withListener(canceller)))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        long pid = Long.parseLong(output.get(0));
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    @Test
    void givesTheToolThisJdkWhereNoneIsNamed() throws IOException {
        environment.remove("JAVA_HOME");
        script(
                directory.resolve("mvnw"),
                "echo \"$JAVA_HOME\"",
                writeReport("catalog/target/surefire-reports", PASSING));

        build();

        assertThat(output).containsExactly(System.getProperty("java.home"));
    }
}
