package dev.octavo.engine.image;

import static dev.octavo.engine.image.Builds.ORIGIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ImageBuilderTest {
    private static final Map<String, String> CLASSES =
            Map.of("shop/Catalog.class", "class 1", "application.yaml", "server: {}", "static/a.css", "b {}");
    private static final Map<String, String> LIBRARIES =
            Map.of("spring-core-7.jar", "spring", "shop-common-1.0-SNAPSHOT.jar", "common");
    private static final String INDEX = """
            - "dependencies":
              - "BOOT-INF/lib/spring-core-7.jar"
            - "company":
              - "BOOT-INF/lib/shop-common-1.0-SNAPSHOT.jar"
            - "spring-boot-loader":
              - "org/"
            - "application":
              - "BOOT-INF/classes/"
              - "BOOT-INF/layers.idx"
              - "META-INF/"
            """;

    @TempDir
    Path folder;

    private Builds builds;

    @BeforeEach
    void workspace() throws IOException {
        builds = new Builds(folder);
    }

    private static ImageSpec java(Path jar) {
        return ImageSpec.java("catalog", jar, ORIGIN).withBase("scratch");
    }

    @Nested
    class FromAnArchive {
        @Test
        void takesASpringBootJarApart() throws IOException {
            BuiltImage image = builds.build(java(builds.bootJar(CLASSES, LIBRARIES, "")));

            assertThat(Builds.layers(image))
                    .containsExactly(
                            "dependencies", "spring-boot-loader", "snapshot-dependencies", "resources", "classes");
            assertThat(Builds.entries(image, "dependencies"))
                    .containsKeys("app/", "app/BOOT-INF/", "app/BOOT-INF/lib/", "app/BOOT-INF/lib/spring-core-7.jar")
                    .hasSize(4);
            assertThat(Builds.entries(image, "snapshot-dependencies"))
                    .containsKey("app/BOOT-INF/lib/shop-common-1.0-SNAPSHOT.jar");
            assertThat(Builds.entries(image, "resources")
                            .get("app/BOOT-INF/classes/static/a.css")
                            .text())
                    .isEqualTo("b {}");
            assertThat(Builds.entries(image, "classes")
                            .get("app/BOOT-INF/classes/shop/Catalog.class")
                            .text())
                    .isEqualTo("class 1");
            assertThat(Builds.entries(image, "classes")).containsKey("app/META-INF/MANIFEST.MF");
            assertThat(image.entrypoint())
                    .containsExactly("java", "-cp", "/app", "org.springframework.boot.loader.launch.JarLauncher");
            assertThat(image.user()).isEqualTo("10001:10001");
        }

        @Test
        void followsTheJarsOwnListOfLayers() throws IOException {
            BuiltImage image = builds.build(java(builds.bootJar(CLASSES, LIBRARIES, INDEX)));

            assertThat(Builds.layers(image))
                    .containsExactly("dependencies", "company", "spring-boot-loader", "resources", "classes");
            assertThat(Builds.entries(image, "company")).containsKey("app/BOOT-INF/lib/shop-common-1.0-SNAPSHOT.jar");
        }

        @Test
        void takesAnExecutableWarApart() throws IOException {
            Map<String, byte[]> entries = new LinkedHashMap<>();
            entries.put("META-INF/MANIFEST.MF", Builds.bytes("Manifest-Version: 1.0\nStart-Class: shop.Web\n"));
            entries.put("WEB-INF/classes/", null);
            entries.put("WEB-INF/classes/shop/Web.class", Builds.bytes("web"));
            entries.put("WEB-INF/lib/a.jar", Builds.bytes("a"));
            entries.put("WEB-INF/lib-provided/tomcat.jar", Builds.bytes("t"));
            entries.put("index.html", Builds.bytes("<html>"));

            BuiltImage image = builds.build(java(builds.jar("target/web.war", entries)));

            assertThat(Builds.entries(image, "dependencies"))
                    .containsKeys("app/WEB-INF/lib/a.jar", "app/WEB-INF/lib-provided/tomcat.jar");
            assertThat(Builds.entries(image, "resources")).containsKey("app/index.html");
            assertThat(image.entrypoint())
                    .as("without Spring Boot's launcher")
                    .containsExactly(
                            "java",
                            "-cp",
                            "/app/WEB-INF/classes:/app/WEB-INF/lib/*:/app/WEB-INF/lib-provided/*:/app",
                            "shop.Web");
        }

        @Test
        void takesAPlainJarWithItsClassPath() throws IOException {
            builds.file("target/lib/a-1.jar", "a");
            builds.file("target/lib/b-1.jar", "b");
            Map<String, byte[]> entries = new LinkedHashMap<>();
            entries.put("META-INF/MANIFEST.MF", Builds.bytes("""
                            Manifest-Version: 1.0
                            Main-Class: shop.Tool
                            Class-Path: lib/b-1.jar lib/a-1.jar
                            Add-Opens: java.base/java.lang
                            """));
            entries.put("shop/Tool.class", Builds.bytes("tool"));

            BuiltImage image = builds.build(java(builds.jar("target/tool.jar", entries)));

            assertThat(image.entrypoint()).containsExactly("java", "-jar", "/app/application.jar");
            assertThat(Builds.entries(image, "dependencies")).containsKeys("app/lib/a-1.jar", "app/lib/b-1.jar");
            assertThat(Builds.entries(image, "classes")).containsKey("app/application.jar");
        }

        @Test
        void saysWhyNothingCanBeStarted() throws IOException {
            Map<String, byte[]> entries = Map.of("a.txt", Builds.bytes("a"));
            Path library = builds.jar("target/library.jar", entries);
            Path broken = builds.file("target/broken.jar", "no zip");

            assertFails(java(library), ErrorCode.BUILD_OUTPUT, "neither Start-Class nor Main-Class");
            assertFails(java(broken), ErrorCode.BUILD_OUTPUT, "cannot be read as a jar");
            assertFails(java(Path.of("target/missing.jar")), ErrorCode.BUILD_OUTPUT, "no such file");
        }

        @Test
        void refusesEntriesThatPointOutOfTheArchive() throws IOException {
            Path jar = builds.bootJar(Map.of("../../etc/passwd", "x"), Map.of(), "");

            assertFails(java(jar), ErrorCode.BUILD_OUTPUT, "points out of the archive");
        }

        @Test
        void putsOptionsBeforeTheMainClass() throws IOException {
            Path dockerfile = builds.file("Dockerfile", """
                    FROM scratch
                    WORKDIR /srv
                    ENV MODE=shop
                    LABEL team=catalog
                    EXPOSE 8080
                    VOLUME /data
                    USER 2000
                    COPY target/*.jar app.jar
                    COPY conf conf
                    RUN adduser shop
                    ENTRYPOINT ["java", "-Xss512k", "-jar", "app.jar", "--server.port=8080"]
                    """);
            builds.file("conf/extra.yaml", "x: 1");

            BuiltImage image = builds.build(java(builds.bootJar(CLASSES, LIBRARIES, ""))
                    .withBase(null)
                    .withDockerfile(dockerfile)
                    .withJvmOptions(List.of("-XX:+UseSerialGC")));

            JsonNode config = Builds.config(image).path("config");
            assertThat(image.entrypoint())
                    .containsExactly(
                            "java",
                            "-XX:+UseSerialGC",
                            "-Xss512k",
                            "-cp",
                            "/app",
                            "org.springframework.boot.loader.launch.JarLauncher",
                            "--server.port=8080");
            assertThat(image.exposedPorts()).containsExactly("8080/tcp");
            assertThat(image.user()).isEqualTo("2000");
            assertThat(config.path("WorkingDir").asString()).isEqualTo("/srv");
            assertThat(config.path("Env").toString()).isEqualTo("[\"MODE=shop\"]");
            assertThat(config.path("Labels").path("team").asString()).isEqualTo("catalog");
            assertThat(config.path("Volumes").has("/data")).isTrue();
            assertThat(Builds.entries(image, "files")).containsOnlyKeys("srv/", "srv/conf/", "srv/conf/extra.yaml");
            assertThat(builds.heard.warnings)
                    .singleElement()
                    .asString()
                    .startsWith("Dockerfile:10: RUN is not executed");
        }

        @Test
        void givesANumberToAUserThatOnlyRunWouldHaveMade() throws IOException {
            Path dockerfile = builds.file("Dockerfile", "FROM scratch\nRUN useradd shop\nUSER shop\n");

            BuiltImage image = builds.build(
                    java(builds.bootJar(CLASSES, LIBRARIES, "")).withBase(null).withDockerfile(dockerfile));

            assertThat(image.user()).isEqualTo("10001:10001");
            assertThat(builds.heard.warnings).anyMatch(each -> each.contains("no user \"shop\""));
        }

        @Test
        void staysRootWhereThatWasSaid() throws IOException {
            Path dockerfile = builds.file("Dockerfile", "FROM scratch\nUSER root\n");

            BuiltImage image = builds.build(
                    java(builds.bootJar(CLASSES, LIBRARIES, "")).withBase(null).withDockerfile(dockerfile));

            assertThat(image.user()).isEqualTo("0:0");
        }
    }

    @Nested
    class FromADockerfile {
        private ImageSpec spec(String text) throws IOException {
            Path file = builds.file("web/Dockerfile", text);
            return ImageSpec.dockerfile("web", file, file.getParent(), ORIGIN);
        }

        @Test
        void copiesFilesAndFoldersAsDockerDoes() throws IOException {
            builds.file("web/html/index.html", "<html>");
            builds.file("web/html/css/a.css", "a");
            builds.file("web/nginx.conf", "events {}");
            builds.file("web/a.txt", "a");
            builds.file("web/b.txt", "b");

            BuiltImage image = builds.build(spec("""
                    FROM scratch
                    COPY html/ /usr/share/html/
                    COPY nginx.conf /etc/nginx.conf
                    COPY *.txt /texts/
                    COPY --chown=5:6 --chmod=0600 a.txt /usr/share/html
                    WORKDIR /work
                    COPY b.txt c/
                    EXPOSE 80
                    CMD ["/serve"]
                    """));

            assertThat(Builds.entries(image, "COPY html/ /usr/share/html/"))
                    .containsKeys("usr/share/html/", "usr/share/html/index.html", "usr/share/html/css/a.css");
            assertThat(Builds.entries(image, "COPY nginx.conf /etc/nginx.conf")
                            .get("etc/nginx.conf")
                            .text())
                    .isEqualTo("events {}");
            assertThat(Builds.entries(image, "COPY *.txt /texts/")).containsKeys("texts/a.txt", "texts/b.txt");
            Builds.Entry owned =
                    Builds.entries(image, "COPY a.txt /usr/share/html").get("usr/share/html/a.txt");
            assertThat(owned.mode()).isEqualTo(0600);
            assertThat(owned.user()).isEqualTo(5);
            assertThat(owned.group()).isEqualTo(6);
            assertThat(Builds.entries(image, "COPY b.txt c/")).containsKey("work/c/b.txt");
            assertThat(image.command()).containsExactly("/serve");
            assertThat(image.user()).isEqualTo("0:0");
        }

        @Test
        void leavesOutWhatIsIgnored() throws IOException {
            builds.file("web/.dockerignore", "# secrets\n**/*.key\nnode_modules\n!keep.key\n");
            builds.file("web/a.html", "a");
            builds.file("web/deep/private.key", "secret");
            builds.file("web/keep.key", "k");
            builds.file("web/node_modules/x.js", "x");

            BuiltImage image = builds.build(spec("FROM scratch\nCOPY . /srv\n"));

            assertThat(Builds.entries(image, "COPY . /srv"))
                    .containsKeys("srv/a.html", "srv/keep.key", "srv/Dockerfile", "srv/deep/")
                    .doesNotContainKeys("srv/deep/private.key", "srv/node_modules/", "srv/node_modules/x.js");
        }

        @Test
        void refusesRunWithItsLineAndWaysOut() throws IOException {
            assertThatThrownBy(() -> builds.build(spec("""
                            FROM scratch AS build
                            RUN first
                            FROM scratch
                            USER 1
                            RUN apk add \\
                                curl
                            """))).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.BUILD_IMAGE);
                assertThat(e.where()).endsWith("Dockerfile:5");
                assertThat(e.why()).contains("apk add").contains("curl");
                assertThat(e.fix()).contains("builder dockerfile").contains("COPY");
            });
        }

        @Test
        void refusesWhatCannotBeCopied() throws IOException {
            builds.file("web/a.tar.gz", "x");
            builds.file("outside.txt", "o");
            Files.createSymbolicLink(
                    builds.context.workspace().resolve("web/link.txt"),
                    builds.context.workspace().resolve("outside.txt"));

            assertFails(spec("FROM scratch\nCOPY missing /x\n"), ErrorCode.BUILD_IMAGE, "no \"missing\"");
            assertFails(spec("FROM scratch\nCOPY ../outside.txt /x\n"), ErrorCode.BUILD_IMAGE, "outside of the build");
            assertFails(spec("FROM scratch\nCOPY link.txt /x\n"), ErrorCode.BUILD_IMAGE, "outside of the build");
            assertFails(spec("FROM scratch\nCOPY --from=other a /x\n"), ErrorCode.BUILD_IMAGE, "\"other\"");
            assertFails(spec("FROM scratch\nADD a.tar.gz /x\n"), ErrorCode.BUILD_IMAGE, "unpacks");
            assertFails(
                    spec("FROM scratch\nADD https://u:p@example.org/x /x\n"),
                    ErrorCode.BUILD_IMAGE,
                    "https://example.org/x");
            assertFails(spec("FROM scratch\nCOPY --chown=nobody2 Dockerfile /x\n"), ErrorCode.BUILD_IMAGE, "nobody2");
        }

        @Test
        void givesTheSamePermissionsWhateverTheCheckoutHas() throws IOException {
            Path script = builds.file("web/run.sh", "#!");
            Path page = builds.file("web/page.html", "p");
            Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
            Files.setPosixFilePermissions(page, PosixFilePermissions.fromString("rw-rw----"));

            BuiltImage image = builds.build(spec("FROM scratch\nCOPY run.sh page.html /srv/\n"));

            Map<String, Builds.Entry> entries = Builds.entries(image, "COPY run.sh page.html /srv/");
            assertThat(entries.get("srv/run.sh").mode()).isEqualTo(0755);
            assertThat(entries.get("srv/page.html").mode()).isEqualTo(0644);
        }
    }

    @Nested
    class Always {
        @Test
        void givesTheSameDigestForTheSameInputs() throws IOException {
            Path jar = builds.bootJar(CLASSES, LIBRARIES, INDEX);
            BuiltImage first = builds.build(java(jar));
            Path otherFolder = Files.createDirectories(folder.resolve("other"));
            Builds other = new Builds(otherFolder);
            Path again = other.bootJar(CLASSES, LIBRARIES, INDEX);
            Files.setLastModifiedTime(again, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));

            BuiltImage second = other.build(java(again));

            assertThat(second.digest()).isEqualTo(first.digest());
            assertThat(second.size()).isEqualTo(first.size());
        }

        @Test
        void changesOneLayerForOneClass() throws IOException {
            BuiltImage first = builds.build(java(builds.bootJar(CLASSES, LIBRARIES, "")));
            Map<String, String> changed = new LinkedHashMap<>(CLASSES);
            changed.put("shop/Catalog.class", "class 2");

            BuiltImage second = builds.build(java(builds.bootJar(changed, LIBRARIES, "")));

            assertThat(second.digest()).isNotEqualTo(first.digest());
            assertThat(second.layers().subList(0, 4)).isEqualTo(first.layers().subList(0, 4));
            assertThat(second.layers().get(4)).isNotEqualTo(first.layers().get(4));
        }

        @Test
        void noticesALibraryThatChangedBehindItsName() throws IOException {
            BuiltImage first = builds.build(java(builds.bootJar(CLASSES, Map.of("a.jar", "x".repeat(200_000)), "")));

            BuiltImage second =
                    builds.build(java(builds.bootJar(CLASSES, Map.of("a.jar", "y" + "x".repeat(199_999)), "")));

            assertThat(second.layers().get(0)).isNotEqualTo(first.layers().get(0));
        }

        @Test
        void leavesAValidLayout() throws IOException {
            BuiltImage image = builds.build(java(builds.bootJar(CLASSES, LIBRARIES, "")));

            assertThat(image.layout()).isEqualTo(builds.context.workspace().resolve(".octavo/images/catalog"));
            assertThat(image.layout().resolve("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
            try (Stream<Path> blobs = Files.list(image.layout().resolve("blobs/sha256"))) {
                for (Path blob : blobs.toList()) {
                    assertThat(Digests.of(blob)).isEqualTo("sha256:" + blob.getFileName());
                }
            }
            JsonNode ids = Builds.config(image).path("rootfs").path("diff_ids");
            assertThat(ids.size()).isEqualTo(image.layers().size());
            assertThat(Builds.config(image).path("history").size())
                    .isEqualTo(image.layers().size());
            try (Stream<Path> left = Files.list(image.layout().getParent())) {
                assertThat(left.toList()).containsExactly(image.layout());
            }
        }

        @Test
        void saysWhereAnImageComesFrom() throws IOException {
            BuiltImage image =
                    builds.build(java(builds.bootJar(CLASSES, LIBRARIES, "")).withLabels(Map.of("a", "b")));

            JsonNode annotations = Builds.manifest(image).path("annotations");
            JsonNode labels = Builds.config(image).path("config").path("Labels");
            assertThat(annotations.path("org.opencontainers.image.revision").asString())
                    .isEqualTo("4f2c1d");
            assertThat(annotations.path("org.opencontainers.image.created").asString())
                    .isEqualTo("2026-02-03T04:05:06Z");
            assertThat(annotations.path("org.opencontainers.image.version").asString())
                    .isEqualTo("SNAPSHOT-main-7");
            assertThat(labels.path("org.opencontainers.image.source").asString())
                    .isEqualTo("https://git.example.org/shop.git");
            assertThat(labels.path("a").asString()).isEqualTo("b");
            assertThat(Builds.config(image).path("created").asString()).isEqualTo("2026-02-03T04:05:06Z");
        }

        @Test
        void keepsCredentialsOfTheSourcesAddressOut() {
            Instant now = Instant.EPOCH;

            assertThat(new ImageSpec.Origin("https://me:token@git.example.org/a.git", "", "", now).source())
                    .isEqualTo("https://git.example.org/a.git");
            assertThat(new ImageSpec.Origin("https://me:to%ken@git.example.org/a.git", "", "", now).source())
                    .doesNotContain("to%ken");
            assertThat(new ImageSpec.Origin("git@git.example.org:a.git", "", "", now).source())
                    .isEqualTo("git@git.example.org:a.git");
        }

        @Test
        void buildsAgainWhereTheCacheLostALayer() throws IOException {
            Path jar = builds.bootJar(CLASSES, LIBRARIES, "");
            BuiltImage first = builds.build(java(jar));
            LayerStore.delete(builds.context.cache().resolve("images/blobs"));

            BuiltImage second = builds.build(java(jar));

            assertThat(second.digest()).isEqualTo(first.digest());
            assertThat(Builds.entries(second, "classes")).isNotEmpty();
        }

        @Test
        void buildsSeveralAtATime() throws Exception {
            Path jar = builds.bootJar(CLASSES, LIBRARIES, "");
            ExecutorService executor = Executors.newFixedThreadPool(4);
            try {
                List<Callable<String>> tasks = Stream.of("a", "b", "c", "d")
                        .map(name -> (Callable<String>) () -> builds.build(
                                        ImageSpec.java(name, jar, ORIGIN).withBase("scratch"))
                                .layers()
                                .toString())
                        .toList();
                List<String> results = executor.invokeAll(tasks).stream()
                        .map(ImageBuilderTest::get)
                        .toList();

                assertThat(results).hasSize(4).containsOnly(results.get(0));
            } finally {
                executor.shutdownNow();
            }
        }

        @Test
        void stopsWhenCancelled() throws IOException {
            Path jar = builds.bootJar(CLASSES, LIBRARIES, "");
            builds.cancellation.cancel();

            assertFails(java(jar), ErrorCode.CANCELLED, "cancelled");
        }

        @Test
        void refusesANameThatIsNoFolder() throws IOException {
            assertFails(ImageSpec.java("../x", Path.of("a.jar"), ORIGIN), ErrorCode.CONFIG_INVALID, "becomes a folder");
        }

        @Test
        void saysThatTheCacheCannotBeWritten() throws IOException {
            Path jar = builds.bootJar(CLASSES, LIBRARIES, "");
            Files.writeString(builds.context.cache(), "a file where the folder should be");

            assertFails(java(jar), ErrorCode.BUILD_DISK, "");
        }
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void assertFails(ImageSpec spec, ErrorCode code, String why) {
        assertThatThrownBy(() -> builds.build(spec)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).as(e.describe()).isEqualTo(code);
            assertThat(e.why()).contains(why);
        });
    }
}
