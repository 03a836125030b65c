package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.octavo.engine.record.RunRecord;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A program for browsers through all stages: built and tested by a real npm, served by a web server in the sandbox. */
@DisabledOnOs(OS.WINDOWS)
class FrontEndTest {
    private static final Path HOME = Path.of("target/octavo-home").toAbsolutePath();

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path root;

    @BeforeEach
    void makeFrontEnd() throws IOException {
        assumeThat(Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, "npm"))))
                .as("npm is there")
                .isTrue();
        root = Files.createDirectories(folder.resolve("site"));
        write("Jenkinsfile", "@Library('octavo') _\nmicroservicePipeline(namespace: 'shop')\n");
        write(".gitignore", "node_modules/\ndist/\n");
        write("front/vendor/vue/package.json", "{\"name\": \"vue\", \"version\": \"3.0.0\"}\n");
        // its one dependency is a folder, so no registry is asked
        write("front/package.json", """
                {
                  "name": "front",
                  "version": "1.0.0",
                  "private": true,
                  "scripts": { "build": "node build.js", "test": "node --test" },
                  "dependencies": { "vue": "file:vendor/vue" }
                }
                """);
        write("front/package-lock.json", """
                {
                  "name": "front",
                  "version": "1.0.0",
                  "lockfileVersion": 3,
                  "requires": true,
                  "packages": {
                    "": { "name": "front", "version": "1.0.0", "dependencies": { "vue": "file:vendor/vue" } },
                    "node_modules/vue": { "resolved": "vendor/vue", "link": true },
                    "vendor/vue": { "version": "3.0.0" }
                  }
                }
                """);
        write("front/build.js", """
                const fs = require('fs');
                fs.mkdirSync('dist/browser', { recursive: true });
                fs.writeFileSync('dist/browser/index.html', '<!doctype html><title>shop</title>');
                """);
        write("front/front.test.js", """
                const test = require('node:test');
                const assert = require('node:assert');
                test('adds', () => assert.equal(1 + 1, 2));
                test('knows the answer', () => assert.equal(6 * 7, 42));
                """);
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }

    private void commit() throws GitAPIException {
        try (Git git =
                Git.init().setDirectory(root.toFile()).setInitialBranch("main").call()) {
            git.add().addFilepattern(".").call();
            git.commit()
                    .setMessage("Show the shop")
                    .setAuthor("Amy", "amy@example.com")
                    .setCommitter("Amy", "amy@example.com")
                    .setSign(false)
                    .call();
        }
    }

    private int octavo(String... words) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", folder.toString());
        environment.put("OCTAVO_HOME", HOME.toString());
        CommandLine line = Octavo.commandLine(environment);
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(words);
    }

    private int run() {
        return octavo(
                "run",
                "-C",
                root.toString(),
                "--approve",
                "all",
                "-v",
                "--work",
                folder.resolve("runs").toString());
    }

    /** What the record says of the image: its base, user and layers. */
    private Map<?, ?> image() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("runs"), 3)) {
            Path record =
                    files.filter(file -> file.endsWith("run.json")).findFirst().orElseThrow();
            Map<String, Object> document = RunRecord.map(Files.readString(record));
            Map<?, ?> front = (Map<?, ?>) ((Map<?, ?>) document.get("services")).get("front");
            return (Map<?, ?>) front.get("image");
        }
    }

    @Test
    void isBuiltByNpmAndServedFromAnImageThatIsNotRoot() throws IOException, GitAPIException {
        assertThat(octavo("generate", "-C", root.toString())).as(err.toString()).isZero();
        Files.delete(root.resolve("front/Dockerfile"));
        commit();

        assertThat(run()).as(out.toString()).isZero();

        assertThat(out.toString())
                .contains("npm ci --no-audit --no-fund", "npm run build", "npm test")
                .containsPattern("2 +unit test +success .* 2 tests passed")
                .containsPattern("4 +build image +success .*sha256:")
                .containsPattern("6 +deploy to dev +success");
        assertThat(String.valueOf(image().get("layers"))).contains("COPY dist/browser/ /usr/share/nginx/html/");
        assertThat(String.valueOf(image().get("user"))).doesNotStartWith("0").isNotEqualTo("root");
    }

    @Test
    void aDockerfileThatBuildsInAStageOfItsOwnGetsWhatNpmHasBuilt() throws IOException, GitAPIException {
        write("front/.dockerignore", "dist\n");
        write("front/Dockerfile", """
                FROM node:20 AS build
                WORKDIR /app
                COPY . .
                RUN npm ci && npm run build
                FROM nginxinc/nginx-unprivileged:1.29-alpine
                COPY --from=build /app/dist /usr/share/nginx/html
                EXPOSE 8080
                """);
        assertThat(octavo("generate", "-C", root.toString())).as(err.toString()).isZero();
        commit();

        assertThat(run()).as(out.toString()).isZero();

        assertThat(String.valueOf(image().get("layers")))
                .contains("COPY dist/browser/ /usr/share/nginx/html")
                .doesNotContain("WORKDIR /app");
    }

    @Test
    void aTestThatFailsEndsTheRunWithWhatItSaid() throws IOException, GitAPIException {
        write("front/front.test.js", "require('node:test')('sells', () => { throw new Error('sold out'); });\n");
        assertThat(octavo("generate", "-C", root.toString())).isZero();
        commit();

        assertThat(run()).isEqualTo(3);

        assertThat(out.toString())
                .contains("A test failed in front", "sold out")
                .doesNotContain("build image +success");
    }
}
