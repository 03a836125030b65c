package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.StubRegistry;
import dev.octavo.engine.record.RunRecord;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The image that Octavo makes of a packaged service, with the generated Dockerfile beside it and without, and the one that
 * buildah makes by running that Dockerfile: one configuration, and the same files in one place.
 */
@Timeout(900)
@EnabledOnOs(OS.LINUX)
class BothRoutesTest {
    @TempDir
    Path folder;

    private Path workspace;
    private EngineContext context;

    @BeforeEach
    void start() throws IOException {
        boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(each -> Files.isExecutable(Path.of(each, "buildah")));
        Assumptions.assumeTrue(there, "buildah is not installed");
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "buildah is tried as root");
        workspace = Files.createDirectories(folder.resolve("workspace"));
        Path storage = Files.writeString(
                folder.resolve("storage.conf"),
                "[storage]\ndriver = \"vfs\"\ngraphroot = \"" + folder.resolve("graph") + "\"\nrunroot = \""
                        + folder.resolve("run") + "\"\n");
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", folder.toString());
        environment.put("PATH", System.getenv("PATH"));
        environment.put("CONTAINERS_STORAGE_CONF", storage.toString());
        environment.put("BUILDAH_ISOLATION", "chroot");
        environment.put("STORAGE_DRIVER", "vfs");
        context = StubRegistry.context(workspace, environment, new Cancellation());
    }

    /** Where the sources of this project are. */
    private static Path project() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("mvnw"))) {
            root = Objects.requireNonNull(root.getParent());
        }
        return root;
    }

    private void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path place = to.resolve(from.relativize(each).toString());
                boolean built = from.relativize(each).toString().matches("(?:.*/)?target(?:/.*)?");
                if (!built && Files.isDirectory(each)) {
                    Files.createDirectories(place);
                } else if (!built) {
                    Files.copy(each, place, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private void file(String path, String text) throws IOException {
        Path place = workspace.resolve(path);
        Files.createDirectories(Objects.requireNonNull(place.getParent()));
        Files.writeString(place, text);
    }

    private Microservice service(String name) {
        return Catalog.scan(workspace).services().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private BuiltImage build(String name, String builder) throws IOException {
        RunRecord record = RunRecord.begin(workspace);
        record.put(
                SourceOperation.PART,
                new SourceResult(
                        "https://git.example.org/shop.git",
                        "main",
                        "4f2c1d0000000000000000000000000000000001",
                        "4f2c1d0",
                        Instant.parse("2026-02-03T04:05:06Z"),
                        "amy",
                        "m",
                        true,
                        ""));
        record.put(name, Chosen.PART, service(name));
        ImageRequest request =
                Requests.bind("image", ImageRequest.class, Map.of("builder", builder, "offline", "always"), Map.of());
        return new ImageOperation().run(request, context).services().get(0).image();
    }

    /** All that tells how it runs: its configuration without the layers, its base, and each file with its bytes. */
    private static Map<String, String> running(BuiltImage image) throws IOException {
        Map<String, String> all = new TreeMap<>();
        ObjectNode config =
                (ObjectNode) JsonMapper.shared().readTree(Files.readAllBytes(blob(image, image.configDigest())));
        config.remove(List.of("rootfs", "history"));
        for (Map.Entry<String, JsonNode> each : config.properties()) {
            all.put("config " + each.getKey(), each.getValue().toString());
        }
        all.put("base", image.baseReference() + " " + image.baseDigest());
        for (BuiltImage.Layer layer : image.layers()) {
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(blob(image, layer.digest()))))) {
                for (TarArchiveEntry each = tar.getNextEntry(); each != null; each = tar.getNextEntry()) {
                    assertThat(each.getName()).doesNotContain(".wh.");
                    all.put("/" + each.getName().replaceAll("/$", ""), told(each, tar));
                }
            }
        }
        return all;
    }

    private static String told(TarArchiveEntry entry, InputStream in) throws IOException {
        String content = entry.isFile() ? Digests.of(in) : entry.getLinkName();
        return Integer.toOctalString(entry.getMode()) + " " + entry.getLongUserId() + ":" + entry.getLongGroupId() + " "
                + entry.getLastModifiedTime().toInstant() + " " + content;
    }

    private static Path blob(BuiltImage image, String digest) {
        return image.layout().resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
    }

    private void generate() {
        new GenerateOperation().run(Requests.bind("generate", GenerateRequest.class, Map.of(), Map.of()), context);
    }

    private Map<String, String> theSameBothWays(String name, String directory) throws IOException {
        Path dockerfile = workspace.resolve(directory).resolve("Dockerfile");
        String checkedIn = Files.exists(dockerfile) ? Files.readString(dockerfile) : "";
        Files.deleteIfExists(dockerfile);
        Map<String, String> without = running(build(name, "jib"));
        if (checkedIn.isEmpty()) {
            generate();
        } else {
            Files.writeString(dockerfile, checkedIn);
        }
        Map<String, String> with = running(build(name, "jib"));
        Map<String, String> run = running(build(name, "buildah"));

        assertThat(with).isEqualTo(without);
        assertThat(run).isEqualTo(without);
        return run;
    }

    private void packageCatalogService() throws IOException, InterruptedException {
        Path log = folder.resolve("build.log");
        Process maven = new ProcessBuilder(
                        project().resolve("mvnw").toString(),
                        "-q",
                        "-B",
                        "-ntp",
                        "-Dmaven.test.skip=true",
                        "-pl",
                        "catalog-service",
                        "-am",
                        "package")
                .directory(workspace.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(maven.waitFor()).as(Files.readString(log)).isZero();
    }

    @Test
    void aSpringBootServiceOfTheSamples() throws Exception {
        copy(project().resolve("sample-microservices"), workspace);
        copy(project().resolve(".mvn"), workspace.resolve(".mvn"));
        packageCatalogService();

        Map<String, String> image = theSameBothWays("catalog-service", "catalog-service");

        assertThat(image.get("config config"))
                .contains("\"User\":\"10001:10001\"", "\"8080/tcp\"", "\"WorkingDir\":\"/app\"")
                .contains("\"-XX:MaxRAMPercentage=60\"", "\"-cp\",\"/app\",\"org.springframework.boot.loader.launch");
        assertThat(image)
                .containsKeys("/app/BOOT-INF/classes/application.yml", "/app/BOOT-INF/classpath.idx")
                .containsKey("/app/META-INF/MANIFEST.MF");
    }

    @Test
    void theSameServiceAsAWarWithAPage() throws Exception {
        copy(project().resolve("sample-microservices"), workspace);
        copy(project().resolve(".mvn"), workspace.resolve(".mvn"));
        Path pom = workspace.resolve("catalog-service/pom.xml");
        Files.writeString(
                pom,
                Files.readString(pom)
                        .replaceFirst(
                                "(?s)(</parent>.*?<artifactId>catalog-service</artifactId>)",
                                "$1<packaging>war</packaging>"));
        file("catalog-service/src/main/webapp/hello.html", "<p>hello</p>\n");
        packageCatalogService();
        assertThat(workspace.resolve("catalog-service/target/catalog-service.war"))
                .exists();
        generate(); // its Dockerfile is of a jar until then

        Map<String, String> image = theSameBothWays("catalog-service", "catalog-service");

        assertThat(image.get("config config"))
                .contains("\"-cp\",\"/app\",\"org.springframework.boot.loader.launch.WarLauncher\"]");
        assertThat(image)
                .containsKeys("/app/hello.html", "/app/WEB-INF/classes/application.yml", "/app/META-INF/MANIFEST.MF")
                .doesNotContainKey("/app/BOOT-INF");
    }

    @Test
    void aPlainJar() throws IOException {
        file("pom.xml", """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>com.example</groupId>
                  <artifactId>tool</artifactId>
                  <version>1</version>
                  <properties><maven.compiler.release>17</maven.compiler.release></properties>
                  <build>
                    <plugins>
                      <plugin>
                        <artifactId>maven-jar-plugin</artifactId>
                        <configuration>
                          <archive><manifest><mainClass>shop.Tool</mainClass></manifest></archive>
                        </configuration>
                      </plugin>
                    </plugins>
                  </build>
                </project>
                """);
        file("src/main/java/shop/Tool.java", """
                package shop;

                class Tool {
                    public static void main(String[] arguments) {}
                }
                """);
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "shop.Tool");
        Files.createDirectories(workspace.resolve("target"));
        try (OutputStream out = Files.newOutputStream(workspace.resolve("target/tool-1.jar"));
                JarOutputStream jar = new JarOutputStream(out, manifest)) {
            jar.putNextEntry(new JarEntry("shop/Tool.class"));
            jar.write("class".getBytes(StandardCharsets.UTF_8));
        }

        Map<String, String> image = theSameBothWays("tool", "");

        assertThat(image.get("config config"))
                .contains("\"User\":\"10001:10001\"", "\"-jar\",\"/app/application.jar\"]");
        assertThat(image).containsKey("/app/application.jar");
    }
}
