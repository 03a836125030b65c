package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.sandbox.registry.SandboxRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Whole runs on the sandbox, good ones and those that must fail, each with its words and its exit code. */
@DisabledOnOs(OS.WINDOWS)
class RunCommandTest {
    /** Kept between tests and builds: the base image takes some seconds to make. */
    private static final Path HOME = Path.of("target/octavo-home").toAbsolutePath();

    @TempDir
    Path folder;

    private Shop shop;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeShop() throws IOException, GitAPIException {
        shop = Shop.in(folder.resolve("shop"));
    }

    private int run(String... words) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", System.getenv("PATH"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("HOME", folder.toString());
        environment.put("OCTAVO_HOME", HOME.toString());
        CommandLine line = Octavo.commandLine(environment);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of("run"));
        all.addAll(List.of(words));
        if (!all.contains("-C")) {
            all.addAll(List.of("-C", shop.root.toString()));
        }
        if (!all.contains("--work")) {
            all.addAll(List.of("--work", folder.resolve("runs").toString()));
        }
        return line.execute(all.toArray(String[]::new));
    }

    private Map<String, Object> record() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("runs"), 3)) {
            Path file = files.filter(path -> path.endsWith("run.json"))
                    .max(java.util.Comparator.naturalOrder())
                    .orElseThrow();
            return RunRecord.map(Files.readString(file));
        }
    }

    @Test
    void deliversThroughAllEightStages() throws IOException {
        assertThat(run("hello", "-P", "TAG_NAME=v1.0.0", "--approve", "dev,release,production"))
                .as(out.toString())
                .isZero();

        assertThat(out.toString())
                .contains("sandbox: ", "nothing is isolated")
                .contains("create", "Deployment", "2 tests passed", "not analysed")
                .containsPattern("1 +checkout +success")
                .containsPattern("2 +unit test +success .* 2 tests passed")
                .containsPattern("3 +sonar analysis +skipped .*no SonarQube is configured")
                .containsPattern("4 +build image +success .*sha256:")
                .containsPattern("5 +push image +success")
                .containsPattern("6 +deploy to dev +success")
                .containsPattern("7 +push with tag +success .*git tag v1.0.0")
                .containsPattern("8 +deploy to production +success");
        Map<String, Object> record = record();
        assertThat(record).containsKeys("source", "services", "release", "deployments", "stages", "run");
        assertThat((List<?>) record.get("deployments")).hasSize(2);
        String text = RunRecord.json(record);
        String digest =
                String.valueOf(((Map<?, ?>) ((Map<?, ?>) ((Map<?, ?>) record.get("services")).get("hello")).get("push"))
                        .get("digest"));
        assertThat(text).contains("hello:v1.0.0@" + digest);
    }

    @Test
    void deliversWhatDeliveryYamlAloneDescribes() throws IOException, GitAPIException {
        shop.write("delivery.yaml", """
                environments:
                  dev:
                    gate: {approvers: [mei], timeout: 2h}
                services:
                  database:
                    kind: none
                    service: {type: ExternalName, externalName: db.example.com}
                """);
        shop.write("database/deploy/dev/service.yaml", """
                apiVersion: v1
                kind: Namespace
                metadata: {name: $NAMESPACE}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: database, namespace: $NAMESPACE}
                spec: {type: ExternalName, externalName: db.example.com}
                """);
        shop.commit("Describe the database");

        assertThat(run("database", "--approve", "dev")).as(out.toString()).isZero();

        assertThat(out.toString())
                .contains("database", "image")
                .containsPattern("2 +unit test +success .* 0 tests passed")
                .containsPattern("6 +deploy to dev +success");
        assertThat(String.valueOf(record().get("plan-dev"))).contains("approvers=mei", "hours=2");
    }

    @Test
    void conditionsSeeWhatTheCommitHasChanged() throws IOException, GitAPIException {
        shop.write("Jenkinsfile", """
                pipeline {
                    agent none
                    stages {
                        stage('docs') {
                            when { changeset 'docs/**' }
                            steps { echo 'docs' }
                        }
                        stage('hello') {
                            when { changeset 'hello/**' }
                            steps { echo 'hello' }
                        }
                        stage('log') {
                            when { changelog '.*handbook.*' }
                            steps { echo 'log' }
                        }
                    }
                }
                """);
        shop.write("docs/index.md", "Hello");
        shop.commit("Begin the handbook");

        assertThat(run()).isZero();

        assertThat(out.toString())
                .containsPattern("docs +success")
                .containsPattern("hello +skipped")
                .containsPattern("log +success");
    }

    @Test
    void theSandboxStandsInForTheRegistryOfTheJenkinsfile() throws IOException, GitAPIException {
        shop.write("Jenkinsfile", """
                @Library('octavo') _
                microservicePipeline(registry: 'registry.invalid', namespace: 'shop')
                """);
        shop.commit("Name the registry");

        assertThat(run("hello", "--approve", "dev")).as(out.toString()).isZero();

        assertThat(out.toString())
                .containsPattern("5 +push image +success .*127\\.0\\.0\\.1:[0-9]+/shop/hello:SNAPSHOT");
    }

    @Test
    void theCommandLinesRegistryStandsAboveTheJenkinsfiles() throws IOException {
        try (SandboxRegistry registry = SandboxRegistry.start(folder.resolve("registry"), 0)) {
            assertThat(run("hello", "--approve", "dev", "--registry", registry.address() + "/team/a"))
                    .as(out.toString())
                    .isZero();

            assertThat(out.toString()).contains(registry.address() + "/team/a/hello:SNAPSHOT-main-1");
        }
    }

    @Test
    void anUnreachableRegistryIsToldBeforeTheBuild() {
        assertThat(run("hello", "--approve", "dev", "--registry", "127.0.0.1:1/team"))
                .isEqualTo(4);

        assertThat(err.toString()).contains("REGISTRY-101", "127.0.0.1:1");
        assertThat(out.toString()).doesNotContain("unit test");
    }

    @Test
    void leavesNothingBehind() throws IOException {
        run("hello", "--approve", "dev");

        assertThat(ProcessHandle.current().descendants()).isEmpty();
        try (Stream<Path> left = Files.list(folder.resolve("runs/shop/1"))) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("run.json", "log.txt", "artifacts");
        }
    }

    @Test
    void printsTheRecordForPrograms() {
        assertThat(run("hello", "--approve", "dev", "--output", "json")).isZero();

        assertThat(RunRecord.map(out.toString())).containsEntry("schema", "octavo.run/1");
        assertThat(err.toString()).contains("deploy to dev");
    }

    @Test
    void stopsAtAGateThatNobodyIsThereToAnswer() {
        assertThat(run("hello")).isEqualTo(7);

        assertThat(out.toString()).contains("GATE-101", "nobody is there to approve", "create", "--approve dev");
    }

    @Test
    void offersTheNearestNameForAServiceThatIsNotThere() {
        assertThat(run("helo")).isEqualTo(2);

        assertThat(err.toString()).contains("CONFIG-103", "\"helo\"", "hello");
    }

    @Test
    void refusesADirtyTree() throws IOException {
        shop.write("hello/notes.txt", "later");

        assertThat(run("hello")).isEqualTo(8);

        assertThat(err.toString()).contains("SOURCE-102", "hello/notes.txt", "commit");
    }

    @Test
    void refusesAFolderThatIsNotThere() {
        assertThat(run("hello", "-C", folder.resolve("nope").toString())).isEqualTo(2);

        assertThat(err.toString()).contains("There is no such folder", "nope", "-C");
    }

    @Test
    void refusesWhatIsNoGitTree() throws IOException {
        RunFolder.delete(shop.root.resolve(".git"));

        assertThat(run("hello")).isEqualTo(8);

        assertThat(err.toString()).contains("SOURCE-101", "git init");
    }

    @Test
    void refusesAKubeconfigThatIsNotThereBeforeItBuilds() {
        assertThat(run("hello", "--approve", "all", "--kubeconfig", "nowhere")).isEqualTo(2);

        assertThat(err.toString()).contains("DEPLOY-104", "nowhere", "does not exist");
        assertThat(folder.resolve("runs")).doesNotExist();
    }

    @Test
    void refusesAParameterThatThePipelineDoesNotHave() {
        assertThat(run("hello", "-P", "TAGNAME=v1.0.0")).isEqualTo(2);

        assertThat(out + "" + err).contains("TAGNAME", "TAG_NAME");
    }

    @Test
    void stopsAtAFailingTest() throws IOException, GitAPIException {
        shop.build(true).commit("Break a test");

        assertThat(run("hello", "--approve", "all")).isEqualTo(3);

        assertThat(out.toString())
                .contains("QUALITY-101", "HelloTest.greets", "expected: hello but was: bye")
                .containsPattern("4 +build image +skipped");
    }

    @Test
    void refusesAWordThatIsNoVersion() {
        assertThat(run("hello", "-P", "TAG_NAME=dev", "--approve", "all")).isEqualTo(2);

        assertThat(out.toString())
                .contains("CONFIG-105", "\"dev\" is not a version")
                .containsPattern("2 +unit test +skipped");
    }

    @Test
    void refusesAVersionWhoseTagIsAtAnotherCommit() throws IOException, GitAPIException {
        shop.tag("v1.0.0");
        shop.write("hello/notes.txt", "more");
        shop.commit("Go on");

        assertThat(run("hello", "-P", "TAG_NAME=v1.0.0", "--approve", "all")).isEqualTo(8);

        assertThat(out.toString()).contains("SOURCE-104", "v1.0.0").containsPattern("2 +unit test +skipped");
    }

    @Test
    void findsAVariableThatNothingDefinesBeforeItBuilds() throws IOException, GitAPIException {
        shop.manifest("prod", "well", "$IMAGE_TGA").commit("Misspell");

        assertThat(run("hello", "--approve", "all")).isEqualTo(2);

        assertThat(out.toString())
                .contains("CONFIG-104", "$IMAGE_TGA", "hello/deploy/prod/hello.yaml:24", "IMAGE_TAG")
                .containsPattern("2 +unit test +skipped");
    }

    @Test
    void explainsAnImageThatDoesNotStart() throws IOException, GitAPIException {
        shop.manifest("dev", "crash", "$IMAGE_TAG").commit("Need a database");

        assertThat(run("hello", "--approve", "all")).isEqualTo(5);

        assertThat(out.toString())
                .contains("DEPLOY-202", "no database at db:5432")
                .containsPattern("6 +deploy to dev +failure")
                .containsPattern("8 +deploy to production +skipped");
    }

    @Test
    void explainsAProbeThatNeverAnswers() throws IOException, GitAPIException {
        shop.manifest("dev", "deaf", "$IMAGE_TAG").commit("Never be ready");

        assertThat(run("hello", "--approve", "all")).isIn(5, 6);

        assertThat(out.toString()).contains("DEPLOY-20", "eadiness", "503");
    }

    @Test
    void saysThatAPortIsTaken() throws IOException, GitAPIException {
        int port = nodePort();
        try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            shop.write("hello/deploy/dev/outside.yaml", """
                        apiVersion: v1
                        kind: Service
                        metadata:
                          name: outside
                          namespace: $NAMESPACE
                        spec:
                          type: NodePort
                          selector:
                            app: hello
                          ports:
                            - port: 80
                              targetPort: http
                              nodePort: %d
                        """.formatted(port));
            shop.commit("Show it outside");

            assertThat(run("hello", "--approve", "all")).isEqualTo(5);

            assertThat(out.toString()).contains("DEPLOY-103", String.valueOf(port));
            assertThat(other.isBound()).isTrue();
        }
    }

    /** One of Kubernetes' node ports that is free on this machine. */
    private static int nodePort() {
        for (int port = 30000; port < 32768; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                return socket.getLocalPort();
            } catch (IOException e) {
                continue;
            }
        }
        throw new IllegalStateException("no node port is free");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void saysThatTheDiskIsFull() throws IOException {
        // a file system of 64 kB, where this user may mount one
        Path small = Files.createDirectories(folder.resolve("small"));
        org.junit.jupiter.api.Assumptions.assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=64k", "none", small.toString()));
        try {
            assertThat(run("hello", "--approve", "all", "--work", small.toString()))
                    .isEqualTo(8);

            assertThat(out + "" + err).contains("BUILD-106", "No space left");
        } finally {
            command("umount", small.toString());
        }
    }

    private static boolean command(String... words) throws IOException {
        try {
            return new ProcessBuilder(words).start().waitFor() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
