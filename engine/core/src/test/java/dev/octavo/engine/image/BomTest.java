package dev.octavo.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.cyclonedx.Version;
import org.cyclonedx.exception.ParseException;
import org.cyclonedx.parsers.JsonParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BomTest {
    private static final String DIGEST = "sha256:" + "b".repeat(64);
    private static final ImageSpec.Origin ORIGIN = new ImageSpec.Origin(
            "https://git.example.org/shop.git", "4f2c1d", "", Instant.parse("2026-02-03T04:05:06Z"));

    @TempDir
    Path folder;

    private LayerStore store;
    private final List<StoredLayer> layers = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        store = new LayerStore(new Builds(folder).context);
    }

    /** Adds a layer on top; a name that ends in a slash is a folder. */
    private void layer(Map<String, byte[]> files) throws IOException {
        layers.add(store.write("layer", "key" + layers.size(), false, out -> {
            try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
                tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
                for (Map.Entry<String, byte[]> each : files.entrySet()) {
                    TarArchiveEntry entry = new TarArchiveEntry(each.getKey());
                    entry.setSize(each.getValue().length);
                    tar.putArchiveEntry(entry);
                    tar.write(each.getValue());
                    tar.closeArchiveEntry();
                }
            }
        }));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] jar(Map<String, byte[]> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static Map<String, byte[]> maven(String group, String artifact, String version) {
        return Map.of(
                "META-INF/maven/" + group + "/" + artifact + "/pom.properties",
                text("groupId=" + group + "\nartifactId=" + artifact + "\nversion=" + version + "\n"));
    }

    private byte[] bytes() throws IOException {
        return Bom.of("catalog", DIGEST, ORIGIN, List.of(layers), store);
    }

    private JsonNode bom() throws IOException {
        return JsonMapper.shared().readTree(bytes());
    }

    private Optional<JsonNode> component(String reference) throws IOException {
        return bom().path("components")
                .valueStream()
                .filter(each -> each.path("bom-ref").asString().equals(reference))
                .findFirst();
    }

    private List<String> references() throws IOException {
        return bom().path("components")
                .valueStream()
                .map(each -> each.path("bom-ref").asString())
                .toList();
    }

    @Test
    void isWhatTheSchemaOfCycloneDxWants() throws IOException, ParseException {
        layer(Map.of(
                "etc/os-release", text("ID=debian\nVERSION_ID=\"12\"\n"),
                "var/lib/dpkg/status",
                        text(
                                "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9+deb12u14\n\n"
                                        + "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n"),
                "opt/java/release", text("JAVA_VERSION=\"17.0.19\"\nIMPLEMENTOR=\"Eclipse Adoptium\"\n")));
        layer(Map.of(
                "app/libs/gson-2.11.0.jar", jar(maven("com.google.code.gson", "gson", "2.11.0")),
                "app/libs/unknown-1.0.jar", jar(Map.of("a.txt", text("a"))),
                "app/classes/shop/Catalog.class", text("class")));

        assertThat(new JsonParser().validate(bytes(), Version.VERSION_16)).isEmpty();
        assertThat(references())
                .containsExactly(
                        "file:/app/classes/shop/Catalog.class",
                        "file:/app/libs/unknown-1.0.jar",
                        "file:/etc/os-release",
                        "pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=amd64&distro=debian-12",
                        "pkg:generic/openjdk@17.0.19",
                        "pkg:maven/com.google.code.gson/gson@2.11.0");
        assertThat(bom().path("compositions").path(0).path("aggregate").asString())
                .isEqualTo("complete");
    }

    @Test
    void namesTheServiceItsCommitAndTheImage() throws IOException {
        layer(Map.of("app/classes/shop/Catalog.class", text("class")));

        JsonNode subject = bom().path("metadata").path("component");
        assertThat(subject.path("purl").asString()).isEqualTo("pkg:oci/catalog@sha256:" + "b".repeat(64));
        assertThat(subject.path("version").asString()).isEqualTo("4f2c1d");
        assertThat(bom().path("metadata").path("timestamp").asString()).isEqualTo("2026-02-03T04:05:06Z");
    }

    @Test
    void givesTheSameBytesForTheSameImage() throws IOException {
        layer(Map.of("app/libs/gson-2.11.0.jar", jar(maven("com.google.code.gson", "gson", "2.11.0"))));
        byte[] first = bytes();
        LayerStore.delete(store.folder("software"));

        assertThat(bytes()).isEqualTo(first);
    }

    @Test
    void findsLibrariesInLibraries() throws IOException {
        Map<String, byte[]> shaded = new LinkedHashMap<>(maven("org.example", "tool", "3"));
        shaded.putAll(maven("com.google.guava", "guava", "33.4.8-jre"));
        shaded.put("BOOT-INF/lib/inner-1.jar", jar(maven("org.example", "inner", "1")));
        layer(Map.of("opt/tool-3.jar", jar(shaded)));

        assertThat(references())
                .containsExactly(
                        "pkg:maven/com.google.guava/guava@33.4.8-jre",
                        "pkg:maven/org.example/inner@1",
                        "pkg:maven/org.example/tool@3");
    }

    @Test
    void forgetsWhatAnUpperLayerTakesAway() throws IOException {
        layer(Map.of(
                "app/libs/a-1.jar", jar(maven("org.example", "a", "1")),
                "app/libs/b-1.jar", jar(maven("org.example", "b", "1")),
                "old/c-1.jar", jar(maven("org.example", "c", "1")),
                "lib/apk/db/installed", text("P:musl\nV:1.2.5-r0\nA:x86_64\n\n"),
                "etc/os-release", text("ID=alpine\nVERSION_ID=3.20.3\n")));
        layer(Map.of(
                "app/libs/.wh.a-1.jar",
                new byte[0],
                "old/.wh..wh..opq",
                new byte[0],
                "app/libs/b-1.jar",
                jar(maven("org.example", "b", "2")),
                "lib/apk/db/installed",
                text("P:musl\nV:1.2.5-r1\nA:x86_64\n\n")));

        assertThat(references())
                .containsExactly(
                        "file:/etc/os-release",
                        "pkg:apk/alpine/musl@1.2.5-r1?arch=x86_64&distro=alpine-3.20.3",
                        "pkg:maven/org.example/b@2");
    }

    @Test
    void listsALibraryAtTwoPlacesOnce() throws IOException {
        byte[] jar = jar(maven("org.example", "a", "1"));
        layer(Map.of("one/a.jar", jar, "two/a.jar", jar));

        JsonNode component = component("pkg:maven/org.example/a@1").orElseThrow();
        assertThat(component.path("properties").valueStream().map(each -> each.path("value")
                        .asString()))
                .contains("/one/a.jar", "/two/a.jar");
    }

    @Test
    void takesNamesFromTheManifestAndTheFileWhereMavenLeftNone() throws IOException {
        layer(Map.of(
                "app/libs/plain.jar",
                jar(Map.of("META-INF/MANIFEST.MF", text("Manifest-Version: 1.0\nImplementation-Version: 4.5\n\n")))));

        JsonNode component = component("file:/app/libs/plain.jar").orElseThrow();
        assertThat(component.path("name").asString()).isEqualTo("plain");
        assertThat(component.path("version").asString()).isEqualTo("4.5");
        assertThat(component.path("hashes").path(0).path("content").asString()).hasSize(64);
    }

    @Test
    void saysWhatItCannotRead() throws IOException {
        layer(Map.of("var/lib/rpm/rpmdb.sqlite", text("SQLite"), "app/broken.jar", text("no jar")));

        assertThat(bom().path("compositions").path(0).path("aggregate").asString())
                .isEqualTo("incomplete");
        assertThat(component("file:/app/broken.jar")).isPresent();
        assertThat(bom().path("properties").path(0).path("value").asString()).contains("/var/lib/rpm/rpmdb.sqlite");
    }

    @Test
    void liesBesideTheImage() throws IOException, ParseException {
        Builds builds = new Builds(folder.resolve("one"), folder.resolve("cache"));
        builds.bootJar(Map.of("shop/Catalog.class", "class"), Map.of("gson-2.11.0.jar", "no jar"), "");
        Path archive = Path.of("target/catalog.jar");

        BuiltImage image =
                builds.build(ImageSpec.java("catalog", archive, Builds.ORIGIN).withBase("scratch"));

        assertThat(image.bom()).hasFileName("catalog.cdx.json");
        assertThat(new JsonParser().validate(Files.readAllBytes(image.bom()), Version.VERSION_16))
                .isEmpty();
    }
}
