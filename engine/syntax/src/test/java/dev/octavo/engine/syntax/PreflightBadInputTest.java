package dev.octavo.engine.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.preflight.Finding;
import dev.octavo.engine.preflight.Preflight;
import dev.octavo.engine.preflight.Rule;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that nobody should have, and some do: a finding each, in little time and memory. */
class PreflightBadInputTest {
    @TempDir
    Path folder;

    private Repository repository;

    @BeforeEach
    void begin() {
        repository = new Repository(folder.resolve("repository"));
        repository.file("README.md", "hello");
    }

    @Test
    void brokenGroovyIsOneFindingAndOtherFilesAreChecked() {
        repository.file("Jenkinsfile", "pipeline {\n  agent any\n  stages { )\n}\n");
        repository.file("ci/Jenkinsfile", "node { sh 'mkdir x' }\n");

        assertThat(repository.places()).containsExactly("PRE-001 Jenkinsfile:3:12", "PRE-056 ci/Jenkinsfile:1:12");
    }

    @Test
    void notesThatAreNoCommentsAndCodeAmongStepsAreRefusedAsJenkinsDoes() {
        repository.file("Jenkinsfile", """
            pipeline {
                agent any
            参数化构建，这里可以接受参数
                stages {
                    checkout代码
                    stage('a') {
                        steps {
                            def x = 'y'
                            docker.build('z')
                            echo x
                        }
                    }
                    stage('b') { agent any steps { echo 'b' } }
                    stage('c') { step { echo 'c' } }
                }
            }
            """);

        assertThat(repository.places("PRE-001"))
                .containsExactly(
                        "PRE-001 Jenkinsfile:3:1",
                        "PRE-001 Jenkinsfile:5:9",
                        "PRE-001 Jenkinsfile:8:17",
                        "PRE-001 Jenkinsfile:9:24",
                        "PRE-001 Jenkinsfile:13:32",
                        "PRE-001 Jenkinsfile:14:22");
    }

    @Test
    void brokenYamlAndXmlSayWhere() {
        repository.file("deploy/a.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n\tname: x\n");
        repository.file("deploy/b.yaml", "apiVersion: v1\nkind: Service\nmetadata: { name: x, name: y, name: z }\n");
        repository.file("pom.xml", "<project>\n  <artifactId>x\n</project>\n");

        assertThat(repository.places())
                .containsExactly("PRE-002 deploy/a.yaml:4:1", "PRE-002 deploy/b.yaml:3:22", "PRE-003 pom.xml:3:3");
    }

    @Test
    void aBombOfAliasesIsDefused() {
        StringBuilder bomb =
                new StringBuilder("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: bomb }\na0: &a0 [x, x]\n");
        for (int i = 1; i < 40; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d, *a%d]%n".formatted(i, i, i - 1, i - 1, i - 1));
        }
        repository.file("deploy/bomb.yaml", bomb.toString());
        repository.file("deploy/loop.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: &m { name: *m }\n");

        assertThat(repository.findings()).hasSize(2).allSatisfy(finding -> {
            assertThat(finding.rule()).isEqualTo(Rule.MANIFEST_SYNTAX);
            assertThat(finding.message()).containsAnyOf("aliases", "alias", "undefined");
        });
    }

    @Test
    void deepNestingIsRefused() {
        repository.file(
                "deploy/deep.yaml", "apiVersion: v1\nkind: X\na: " + "[".repeat(5_000) + "]".repeat(5_000) + "\n");
        repository.file("Jenkinsfile", "def x = " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + "\n");

        assertThat(repository.findings())
                .extracting(Finding::rule)
                .containsExactlyInAnyOrder(Rule.PIPELINE_SYNTAX, Rule.MANIFEST_SYNTAX);
    }

    @Test
    void whatIsNestedOrBlankManyTimesComesToAnEnd() {
        repository.file("Jenkinsfile", "echo " + "\"${".repeat(60) + "x" + "}\"".repeat(60) + "\n");
        repository.file("ci/Jenkinsfile", "a { ".repeat(60) + "sh 'mkdir x'" + " }".repeat(60) + "\n");
        repository.file("deploy/blank.yaml", "a: b---\n" + "\n".repeat(300_000) + "apiVersion: v1\n");
        repository.file("jenkins/blank.groovy", "\n".repeat(300_000));

        assertThat(repository.places("PRE-056")).containsExactly("PRE-056 ci/Jenkinsfile:1:245");
    }

    @Test
    void hugeFilesAreNotRead() throws IOException {
        for (String name : new String[] {"Jenkinsfile", "deploy.yaml", "Dockerfile"}) {
            try (RandomAccessFile file =
                    new RandomAccessFile(repository.root().resolve(name).toFile(), "rw")) {
                file.setLength(100L << 20);
            }
        }

        assertThat(repository.places())
                .containsExactly("PRE-007 Dockerfile:1:1", "PRE-007 Jenkinsfile:1:1", "PRE-007 deploy.yaml:1:1");
    }

    @Test
    void bytesThatAreNoTextAreToldByName() {
        repository.file("Jenkinsfile", new byte[] {0, 1, 2, 3});
        repository.file("deploy/x.yaml", new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF});

        assertThat(repository.places()).containsExactly("PRE-006 Jenkinsfile:1:1", "PRE-006 deploy/x.yaml:1:1");
    }

    @Test
    void gbkIsReadAndReported() {
        repository.file(
                "Jenkinsfile", "node {\n  // 创建目录\n  sh 'mkdir out' // 目录\n}\n".getBytes(Charset.forName("GBK")));

        assertThat(repository.places()).containsExactly("PRE-005 Jenkinsfile:2:6", "PRE-056 Jenkinsfile:3:7");

        repository.fix();
        byte[] fixed = repository.read("README.md").getBytes(StandardCharsets.UTF_8);
        assertThat(fixed).isNotEmpty();
        assertThat(readGbk("Jenkinsfile")).isEqualTo("node {\n  // 创建目录\n  sh 'mkdir -p out' // 目录\n}\n");
    }

    private String readGbk(String file) {
        try {
            return Files.readString(repository.root().resolve(file), Charset.forName("GBK"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void linksAreNotFollowedInCircles() throws IOException {
        Path root = repository.root();
        Files.createDirectories(root.resolve("a/b"));
        Files.createSymbolicLink(root.resolve("a/b/up"), root);
        Files.createSymbolicLink(root.resolve("a/one"), root.resolve("a/two"));
        Files.createSymbolicLink(root.resolve("a/two"), root.resolve("a/one"));
        Files.createSymbolicLink(root.resolve("gone.yaml"), Path.of("nowhere.yaml"));
        repository.file("ci/Jenkinsfile", "node { sh 'mkdir x' }\n");
        Files.createSymbolicLink(root.resolve("linked"), root.resolve("ci"));

        assertThat(repository.places())
                .containsExactly(
                        "PRE-008 a/b/up:1:1",
                        "PRE-008 a/one:1:1",
                        "PRE-008 a/two:1:1",
                        "PRE-056 ci/Jenkinsfile:1:12",
                        "PRE-008 gone.yaml:1:1");
    }

    @Test
    void tenThousandFilesAreWalked() throws IOException {
        for (int folderNumber = 0; folderNumber < 100; folderNumber++) {
            Path sources = Files.createDirectories(repository.root().resolve("s" + folderNumber + "/src/main/java"));
            for (int i = 0; i < 100; i++) {
                Files.createFile(sources.resolve("C" + i + ".java"));
            }
        }
        repository.file("Jenkinsfile", "node { sh 'mkdir x' }\n");

        Preflight.Report report = repository.report();

        assertThat(report.findings()).hasSize(1);
        assertThat(report.files()).isEqualTo(1);
    }
}
