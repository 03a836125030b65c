package dev.octavo.engine.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;

/**
 * A repository with one small microservice, {@code hello}. Its build tool is a script that takes a second less than
 * Maven would: it copies a jar that the test has made and writes a report as Surefire does.
 */
final class Shop {
    private static final String MAIN = """
            import com.sun.net.httpserver.HttpServer;
            import java.net.InetSocketAddress;

            public class Hello {
                public static void main(String[] words) throws Exception {
                    String mode = System.getenv().getOrDefault("MODE", "well");
                    if (mode.equals("crash")) {
                        System.err.println("no database at db:5432");
                        System.exit(3);
                    }
                    HttpServer server = HttpServer.create(new InetSocketAddress(8080), 0);
                    server.createContext("/", exchange -> {
                        boolean ready = !(mode.equals("deaf") && exchange.getRequestURI().getPath().equals("/ready"));
                        byte[] answer = ("hello from " + System.getenv("GREETING")).getBytes();
                        exchange.sendResponseHeaders(ready ? 200 : 503, answer.length);
                        exchange.getResponseBody().write(answer);
                        exchange.close();
                    });
                    server.start();
                }
            }
            """;
    private static final String REPORT = """
            <testsuite name="HelloTest" tests="2" failures="%d" errors="0" skipped="0" time="0.1">
              <testcase classname="HelloTest" name="greets" time="0.05">%s</testcase>
              <testcase classname="HelloTest" name="listens" time="0.05"/>
            </testsuite>
            """;
    private static final String FAILURE =
            "<failure message=\"expected: hello but was: bye\" type=\"AssertionError\">at HelloTest.greets(HelloTest.java:12)</failure>";

    final Path root;

    private Shop(Path root) {
        this.root = root;
    }

    static Shop in(Path folder) throws IOException, GitAPIException {
        Shop shop = new Shop(Files.createDirectories(folder));
        shop.write("Jenkinsfile", "@Library('octavo') _\nmicroservicePipeline(namespace: 'shop')\n");
        shop.write(".gitignore", "target/\n");
        shop.write("hello/pom.xml", """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.example</groupId>
                  <artifactId>hello</artifactId>
                  <version>1</version>
                  <properties><maven.compiler.release>17</maven.compiler.release></properties>
                </project>
                """);
        shop.write("hello/Dockerfile", "FROM eclipse-temurin:17-jre\nEXPOSE 8080\nUSER 10001\n");
        shop.manifest("dev", "well", "$IMAGE_TAG");
        shop.manifest("prod", "well", "$IMAGE_TAG");
        shop.build(false);
        shop.jar();
        try (Git git = Git.init()
                .setDirectory(shop.root.toFile())
                .setInitialBranch("main")
                .call()) {
            shop.commit("Say hello");
        }
        return shop;
    }

    /** A Deployment and its Service; {@code mode} is how the service behaves: well, crash or deaf. */
    Shop manifest(String environment, String mode, String tag) throws IOException {
        write("hello/deploy/" + environment + "/hello.yaml", """
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: $NAMESPACE
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata:
                  name: hello
                  namespace: $NAMESPACE
                spec:
                  progressDeadlineSeconds: 10
                  selector:
                    matchLabels:
                      app: hello
                  template:
                    metadata:
                      labels:
                        app: hello
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                        - name: hello
                          image: $REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:%s
                          env:
                            - name: GREETING
                              value: $ENVIRONMENT
                            - name: MODE
                              value: %s
                          ports:
                            - name: http
                              containerPort: 8080
                          readinessProbe:
                            httpGet:
                              path: /ready
                              port: http
                            periodSeconds: 1
                ---
                apiVersion: v1
                kind: Service
                metadata:
                  name: hello
                  namespace: $NAMESPACE
                spec:
                  selector:
                    app: hello
                  ports:
                    - port: 80
                      targetPort: http
                """.formatted(tag, mode));
        return this;
    }

    /** Makes the script that is the build tool. */
    Shop build(boolean testFails) throws IOException {
        String report = REPORT.formatted(testFails ? 1 : 0, testFails ? FAILURE : "");
        Path script = write("hello/mvnw", """
                #!/bin/sh
                mkdir -p target/surefire-reports
                cat > target/surefire-reports/TEST-HelloTest.xml <<'END'
                %sEND
                cp hello.jar target/hello-1.jar
                exit %d
                """.formatted(report, testFails ? 1 : 0));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    private void jar() throws IOException {
        Path classes = Files.createTempDirectory("hello");
        Path source = Files.writeString(classes.resolve("Hello.java"), MAIN);
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "--release", "17", "-d", classes.toString(), source.toString());
        if (result != 0) {
            throw new IllegalStateException("the test's service does not compile");
        }
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "Hello");
        try (OutputStream file = Files.newOutputStream(root.resolve("hello/hello.jar"));
                JarOutputStream jar = new JarOutputStream(file, manifest);
                Stream<Path> compiled = Files.list(classes)) {
            for (Path each : compiled.filter(path -> path.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                jar.putNextEntry(new JarEntry(each.getFileName().toString()));
                Files.copy(each, jar);
                jar.closeEntry();
            }
        }
        RunFolder.delete(classes);
    }

    Path write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    String commit(String message) throws IOException, GitAPIException {
        try (Git git = Git.open(root.toFile())) {
            git.add().addFilepattern(".").call();
            return git.commit()
                    .setMessage(message)
                    .setAuthor("Amy", "amy@example.com")
                    .setCommitter("Amy", "amy@example.com")
                    .setSign(false)
                    .call()
                    .name();
        }
    }

    void tag(String name) throws IOException, GitAPIException {
        try (Git git = Git.open(root.toFile())) {
            git.tag().setName(name).setSigned(false).setAnnotated(false).call();
        }
    }
}
