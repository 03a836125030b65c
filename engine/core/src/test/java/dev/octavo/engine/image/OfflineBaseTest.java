package dev.octavo.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OfflineBaseTest {
    /** Making the base takes seconds, so that one is kept between builds of this module. */
    private static final Path CACHE = Path.of("target", "offline-base-cache");

    @TempDir
    Path folder;

    private ImageSpec spec(Builds builds) throws IOException {
        Path jar = builds.bootJar(Map.of("shop/Catalog.class", "c"), Map.of(), "");
        return ImageSpec.java("catalog", jar, Builds.ORIGIN).withOffline(Offline.ALWAYS);
    }

    @Test
    void standsInForTheBaseThatCannotBeHad() throws IOException {
        Builds builds = new Builds(folder, CACHE);

        BuiltImage image = builds.build(spec(builds));

        assertThat(image.offlineBase()).isTrue();
        assertThat(image.user()).isEqualTo("10001:10001");
        assertThat(Builds.config(image).path("config").path("Env").toString())
                .contains("JAVA_HOME=/opt/java")
                .contains("PATH=/opt/java/bin:");
        assertThat(builds.heard.warnings)
                .singleElement()
                .asString()
                .contains("eclipse-temurin:17-jre")
                .contains("offline base")
                .contains("not for production");
        Map<String, Builds.Entry> base = everything(image);
        assertThat(base.get("tmp/").mode()).isEqualTo(01777);
        assertThat(base.get("etc/passwd").text()).contains("octavo:x:10001:10001:");
        assertThat(base.get("opt/java/bin/java").mode()).isEqualTo(0755);
        assertThat(base)
                .containsKeys(
                        "opt/java/lib/modules",
                        "opt/java/lib/server/libjvm.so",
                        "opt/java/conf/security/java.security");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void holdsAllLibrariesThatJavaIsLinkedWith() throws IOException {
        Builds builds = new Builds(folder, CACHE);
        BuiltImage image = builds.build(spec(builds));
        Path root = unpack(image);
        Set<String> names = new HashSet<>();
        List<Path> programs = new ArrayList<>();
        try (java.util.stream.Stream<Path> files = Files.walk(root)) {
            files.filter(Files::isRegularFile).forEach(each -> {
                names.add(each.getFileName().toString());
                programs.add(each);
            });
        }

        List<String> missing = new ArrayList<>();
        for (Path each : programs) {
            boolean screen = each.getFileName()
                    .toString()
                    .matches("lib(awt_xawt|splashscreen|jsound|j2pcsc|fontmanager|jawt)\\.so");
            Optional<ElfFile> elf = ElfFile.read(each);
            if (elf.isPresent() && !screen) {
                elf.get().needed().stream()
                        .filter(name -> !names.contains(name))
                        .forEach(missing::add);
            }
        }

        assertThat(missing).isEmpty();
        ElfFile launcher = ElfFile.read(root.resolve("opt/java/bin/java")).orElseThrow();
        assertThat(root.resolve(launcher.interpreter().substring(1))).exists();
    }

    @Test
    void isMadeOnceForThoseWhoAskAtOnce() throws Exception {
        Builds builds = new Builds(folder, CACHE);
        CompletableFuture<Void> early = CompletableFuture.runAsync(() -> OfflineBase.prepare(builds.context));

        BuiltImage image = builds.build(spec(builds));
        early.get();

        assertThat(builds.heard.progress.stream().filter(each -> each.startsWith("Making an offline base")))
                .hasSizeLessThanOrEqualTo(1);
        assertThat(image.layers()).hasSizeGreaterThan(2);
    }

    @Test
    void cannotStandInForANewerJava() throws IOException {
        Builds builds = new Builds(folder, CACHE);
        ImageSpec spec = spec(builds).withJavaLevel(Runtime.version().feature() + 4);

        assertThatThrownBy(() -> builds.build(spec)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.BUILD_BASE);
            assertThat(e.what()).contains("needs Java " + (Runtime.version().feature() + 4));
        });
    }

    @Test
    void cannotStandInForWhatIsNoJava() throws IOException {
        Builds builds = new Builds(folder, CACHE);
        Path dockerfile = builds.file("web/Dockerfile", "FROM python:3\nCOPY Dockerfile /\n");
        ImageSpec spec = ImageSpec.dockerfile("web", dockerfile, dockerfile.getParent(), Builds.ORIGIN)
                .withOffline(Offline.ALWAYS);

        assertThatThrownBy(() -> builds.build(spec)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.BUILD_BASE);
            assertThat(e.where()).endsWith("Dockerfile:1");
            assertThat(e.what()).contains("python:3");
        });
    }

    @Test
    void isNotUsedWhereThatIsForbidden() throws IOException {
        Builds builds = new Builds(folder, CACHE);
        ImageSpec spec = spec(builds).withOffline(Offline.NEVER).withBase("registry.invalid/java:17");

        assertThatThrownBy(() -> builds.build(spec))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REGISTRY_UNREACHABLE));
    }

    private static Map<String, Builds.Entry> everything(BuiltImage image) throws IOException {
        Map<String, Builds.Entry> all = new LinkedHashMap<>();
        for (BuiltImage.Layer layer : image.layers()) {
            all.putAll(Builds.entries(Builds.blob(image, layer.digest())));
        }
        return all;
    }

    private Path unpack(BuiltImage image) throws IOException {
        Path root = folder.resolve("root");
        for (BuiltImage.Layer layer : image.layers()) {
            try (TarArchiveInputStream tar = new TarArchiveInputStream(
                    new GZIPInputStream(Files.newInputStream(Builds.blob(image, layer.digest()))))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    Path place = root.resolve(entry.getName());
                    if (entry.isDirectory()) {
                        Files.createDirectories(place);
                    } else {
                        Files.createDirectories(place.getParent());
                        Files.copy(tar, place);
                    }
                }
            }
        }
        return root;
    }
}
