package dev.octavo.engine.sandbox.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.image.ImageBuilder;
import dev.octavo.engine.image.ImagePromoter;
import dev.octavo.engine.image.ImagePusher;
import dev.octavo.engine.image.ImageSpec;
import dev.octavo.engine.image.OciLayout;
import dev.octavo.engine.image.Offline;
import dev.octavo.engine.image.PromoteRequest;
import dev.octavo.engine.image.PromotedImage;
import dev.octavo.engine.image.PushRequest;
import dev.octavo.engine.image.PushedImage;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.ManifestContent;
import dev.octavo.engine.image.registry.MediaTypes;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.RegistryClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Core's builder, pusher and promoter against the sandbox's registry. */
@Timeout(120)
class ImageDeliveryTest {
    private static final ImageSpec.Origin ORIGIN = new ImageSpec.Origin(
            "https://git.example.org/shop.git", "4f2c1d", "1", Instant.parse("2026-02-03T04:05:06Z"));

    @TempDir
    Path folder;

    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    private final List<String> progress = Collections.synchronizedList(new ArrayList<>());
    private final Cancellation cancellation = new Cancellation();
    private SandboxRegistry registry;
    private EngineContext context;

    @BeforeEach
    void start() throws IOException {
        registry = SandboxRegistry.start(folder.resolve("registry"), 0);
        context = context("workspace", "cache");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private EngineContext context(String workspace, String cache) throws IOException {
        EngineListener listener = new EngineListener() {
            @Override
            public void progress(String message) {
                progress.add(message);
            }

            @Override
            public void warning(String message) {
                warnings.add(message);
            }

            @Override
            public void output(String line) {}
        };
        return new EngineContext(
                Files.createDirectories(folder.resolve(workspace)),
                folder.resolve(cache),
                Map.of("HOME", folder.toString()),
                listener,
                cancellation,
                Clock.systemUTC());
    }

    private BuiltImage build(String content, String base) throws IOException {
        Path jar = context.workspace().resolve("service.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nMain-Class: shop.Catalog\n");
            entry(zip, "shop/Catalog.class", content);
            entry(zip, "big.txt", "0123456789".repeat(5000));
        }
        return new ImageBuilder().build(ImageSpec.java("catalog", jar, ORIGIN).withBase(base), context);
    }

    /** A service of Spring Boot, whose classes are a layer of their own. */
    private BuiltImage layered(String content) throws IOException {
        Path jar = context.workspace().resolve("service.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "META-INF/MANIFEST.MF", """
                    Manifest-Version: 1.0
                    Main-Class: org.springframework.boot.loader.launch.JarLauncher
                    Start-Class: shop.Catalog
                    """);
            entry(zip, "org/springframework/boot/loader/launch/JarLauncher.class", "launcher");
            entry(zip, "BOOT-INF/classes/", "");
            entry(zip, "BOOT-INF/classes/shop/Catalog.class", content);
            entry(zip, "BOOT-INF/lib/big.jar", "0123456789".repeat(5000));
        }
        return new ImageBuilder().build(ImageSpec.java("catalog", jar, ORIGIN).withBase("scratch"), context);
    }

    private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(
                new ZipEntry(name).setLastModifiedTime(FileTime.fromMillis(0))); // of the build, not of the test
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    private ImageReference repository(String name) {
        return ImageReference.parse(registry.address() + "/" + name);
    }

    private PushedImage push(BuiltImage image, String repository, List<String> mountFrom, String... tags) {
        return new ImagePusher()
                .push(
                        new PushRequest(
                                image.layout(),
                                repository(repository),
                                List.of(tags),
                                mountFrom,
                                "",
                                RegistryAccess.standard()),
                        context);
    }

    private PromotedImage promote(String source, String target, String... tags) {
        return new ImagePromoter()
                .promote(
                        new PromoteRequest(
                                ImageReference.parse(source),
                                RegistryAccess.standard(),
                                ImageReference.parse(target),
                                RegistryAccess.standard(),
                                List.of(tags)),
                        context);
    }

    private RegistryClient client() {
        return RegistryClient.open(registry.address(), RegistryAccess.standard(), context);
    }

    @Test
    void pushesWhatWasBuiltByteForByte() throws IOException {
        BuiltImage image = build("1", "scratch");

        PushedImage pushed = push(image, "shop/catalog", List.of(), "SNAPSHOT-main-1", "latest");

        assertThat(pushed.digest()).isEqualTo(image.digest());
        assertThat(pushed.reference()).isEqualTo(registry.address() + "/shop/catalog@" + image.digest());
        assertThat(pushed.tags())
                .containsExactly(
                        registry.address() + "/shop/catalog:SNAPSHOT-main-1",
                        registry.address() + "/shop/catalog:latest");
        assertThat(pushed.bytesSent()).isEqualTo(image.size());
        try (RegistryClient client = client()) {
            assertThat(client.tags("shop/catalog")).containsExactly("SNAPSHOT-main-1", "latest");
            assertThat(client.manifest("shop/catalog", "latest").orElseThrow().bytes())
                    .isEqualTo(OciLayout.open(image.layout()).manifest().bytes());
        }
    }

    @Test
    void sendsOnlyWhatTheRegistryLacks() throws IOException {
        int all = push(layered("1"), "shop/catalog", List.of(), "1").blobsSent();

        PushedImage again = push(layered("1"), "shop/catalog", List.of(), "1");
        PushedImage changed = push(layered("2"), "shop/catalog", List.of(), "2");

        assertThat(again.blobsSent()).isZero();
        assertThat(again.blobsPresent()).isEqualTo(all);
        assertThat(changed.blobsSent()).isEqualTo(2); // the classes and the configuration
        assertThat(changed.blobsPresent()).isEqualTo(all - 2).isPositive();
    }

    @Test
    void takesLayersOverFromAnotherRepository() throws IOException {
        BuiltImage image = build("1", "scratch");
        push(image, "shop/catalog", List.of(), "1");

        PushedImage pushed = push(image, "shop/copy", List.of("shop/none", "shop/catalog"), "1");

        assertThat(pushed.blobsSent()).isZero();
        assertThat(pushed.digest()).isEqualTo(image.digest());
    }

    @Test
    void promotesWithinARepositoryAndSaysWhatWasThere() throws IOException {
        PushedImage pushed = push(build("1", "scratch"), "shop/catalog", List.of(), "SNAPSHOT-main-1");
        String target = registry.address() + "/shop/catalog";

        PromotedImage first = promote(pushed.reference(), target, "v1.0.0");
        PromotedImage second = promote(pushed.reference(), target, "v1.0.0", "stable");

        assertThat(first.digest()).isEqualTo(pushed.digest());
        assertThat(first.alreadyThere()).isEmpty();
        assertThat(first.bytesCopied()).isZero();
        assertThat(second.alreadyThere()).containsExactly(target + ":v1.0.0");
        assertThat(second.tags()).containsExactly(target + ":v1.0.0", target + ":stable");
        assertThat(progress).contains(target + ":v1.0.0 is already there (" + pushed.digest() + ")");
    }

    @Test
    void promotesToAnotherRepositoryWithoutMovingBytes() throws IOException {
        PushedImage pushed = push(build("1", "scratch"), "shop/catalog", List.of(), "1");

        PromotedImage promoted = promote(pushed.reference(), registry.address() + "/release/catalog", "v1.0.0");

        assertThat(promoted.bytesCopied()).isZero();
        assertThat(promoted.reference()).isEqualTo(registry.address() + "/release/catalog@" + pushed.digest());
        try (RegistryClient client = client()) {
            assertThat(client.manifestDigest("release/catalog", "v1.0.0")).hasValue(pushed.digest());
        }
    }

    @Test
    void promotesToAnotherRegistryWithAllPlatforms() throws IOException {
        BuiltImage image = build("1", "scratch");
        push(image, "shop/catalog", List.of(), "amd64");
        ManifestContent index = index("linux/amd64 " + image.digest());
        try (RegistryClient client = client()) {
            client.pushManifest("shop/catalog", "all", index);
        }
        try (SandboxRegistry other = SandboxRegistry.start(folder.resolve("other"), 0)) {
            String source = registry.address() + "/shop/catalog@" + index.digest();

            PromotedImage promoted = promote(source, other.address() + "/catalog", "v1");

            assertThat(promoted.digest()).isEqualTo(index.digest());
            assertThat(promoted.bytesCopied()).isPositive();
            try (RegistryClient client = RegistryClient.open(other.address(), RegistryAccess.standard(), context)) {
                ManifestContent there = client.manifest("catalog", "v1").orElseThrow();
                assertThat(there.bytes()).isEqualTo(index.bytes());
                assertThat(there.mediaType()).isEqualTo(MediaTypes.OCI_INDEX);
                assertThat(client.manifest("catalog", image.digest())).isPresent();
            }
        }
    }

    @Test
    void refusesToPromoteATag() {
        assertFails(
                () -> promote(registry.address() + "/shop/catalog:1", registry.address() + "/shop/catalog", "v1"),
                ErrorCode.CONFIG_INVALID);
    }

    @Test
    void saysThatWhatIsToBePromotedIsGone() {
        String digest = Digests.of(new byte[] {1});

        assertFails(
                () -> promote(
                        registry.address() + "/shop/catalog@" + digest, registry.address() + "/shop/catalog", "v1"),
                ErrorCode.REGISTRY_NOT_FOUND);
    }

    @Test
    void wantsATag() throws IOException {
        BuiltImage image = build("1", "scratch");

        assertFails(() -> push(image, "shop/catalog", List.of()), ErrorCode.CONFIG_INVALID);
        assertFails(() -> push(image, "shop/catalog", List.of(), "no/tag"), ErrorCode.CONFIG_INVALID);
    }

    @Test
    void noticesALayoutThatWasChanged() throws IOException {
        BuiltImage image = build("1", "scratch");
        Path manifest = image.layout().resolve("blobs/sha256").resolve(Digests.hex(image.digest()));
        Files.writeString(manifest, Files.readString(manifest) + " ");

        assertFails(() -> push(image, "shop/catalog", List.of(), "1"), ErrorCode.BUILD_OUTPUT);
    }

    @Test
    void noticesALayerThatWasDamaged() throws IOException {
        BuiltImage image = build("1", "scratch");
        Path layer = image.layout()
                .resolve("blobs/sha256")
                .resolve(Digests.hex(image.layers().get(0).digest()));
        byte[] bytes = Files.readAllBytes(layer);
        bytes[bytes.length / 2]++;
        Files.write(layer, bytes);

        assertFails(() -> push(image, "shop/catalog", List.of(), "1"), ErrorCode.REGISTRY_DIGEST);
    }

    @Test
    void stopsWhenCancelled() throws IOException {
        BuiltImage image = build("1", "scratch");
        cancellation.cancel();

        assertFails(() -> push(image, "shop/catalog", List.of(), "1"), ErrorCode.CANCELLED);
    }

    // ---- bases

    private String pushBase(String tag) throws IOException {
        Path web = Files.createDirectories(context.workspace().resolve("base"));
        Files.writeString(web.resolve("passwd"), "root:x:0:0::/:/bin/sh\nshop:x:1234:99::/:/bin/sh\n");
        Path dockerfile = Files.writeString(web.resolve("Dockerfile"), """
                FROM scratch
                COPY passwd /etc/passwd
                ENV PATH=/opt/bin LANG=C
                USER shop
                WORKDIR /base
                EXPOSE 9000
                LABEL org.opencontainers.image.title=base vendor=octavo
                """);
        BuiltImage base = new ImageBuilder().build(ImageSpec.dockerfile("base", dockerfile, web, ORIGIN), context);
        return push(base, "base/java", List.of(), tag).digest();
    }

    private ManifestContent index(String... platforms) {
        List<String> entries = new ArrayList<>();
        for (String each : platforms) {
            String[] parts = each.split("[/ ]");
            entries.add("{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"size\":1,\"digest\":\"" + parts[2]
                    + "\",\"platform\":{\"os\":\"" + parts[0] + "\",\"architecture\":\"" + parts[1] + "\"}}");
        }
        byte[] bytes = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":["
                        + String.join(",", entries) + "]}")
                .getBytes(StandardCharsets.UTF_8);
        return new ManifestContent(bytes, MediaTypes.OCI_INDEX, Digests.of(bytes));
    }

    @Test
    void buildsOnABaseFromARegistry() throws IOException {
        String digest = pushBase("17");

        BuiltImage image = build("1", registry.address() + "/base/java:17");

        assertThat(image.baseReference()).isEqualTo(registry.address() + "/base/java:17");
        assertThat(image.baseDigest()).isEqualTo(digest);
        assertThat(image.user()).isEqualTo("1234");
        assertThat(image.exposedPorts()).containsExactly("9000/tcp");
        assertThat(image.layers()).extracting(BuiltImage.Layer::name).startsWith("base", "base");
        String config =
                Files.readString(image.layout().resolve("blobs/sha256").resolve(Digests.hex(image.configDigest())));
        assertThat(config)
                .contains("PATH=/opt/bin", "\"vendor\":\"octavo\"", "\"org.opencontainers.image.title\":\"catalog\"")
                .contains("\"WorkingDir\":\"/app\"");
        assertThat(warnings).isEmpty();
    }

    @Test
    void choosesThePlatformOfAnIndex() throws IOException {
        String digest = pushBase("17");
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        try (RegistryClient client = client()) {
            client.pushManifest("base/java", "all", index("linux/" + architecture + " " + digest));
            client.pushManifest("base/java", "mips", index("linux/mips " + digest));
        }

        assertThat(build("1", registry.address() + "/base/java:all").baseDigest())
                .isEqualTo(digest);
        assertThatThrownBy(() -> build("1", registry.address() + "/base/java:mips"))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.BUILD_BASE);
                    assertThat(e.why()).contains("no linux/" + architecture).contains("linux/mips");
                });
    }

    @Test
    void usesTheCopyOfABaseWhoseRegistryIsGone() throws IOException {
        String digest = pushBase("17");
        String base = registry.address() + "/base/java:17";
        BuiltImage before = build("1", base);
        registry.close();

        BuiltImage after = build("1", base);

        assertThat(after.digest()).isEqualTo(before.digest());
        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("using the copy")
                .contains(digest);
    }

    @Test
    void asksNobodyForABaseThatItHasByDigest() throws IOException {
        String digest = pushBase("17");
        String base = registry.address() + "/base/java@" + digest;
        BuiltImage before = build("1", base);
        registry.close();

        assertThat(build("1", base).digest()).isEqualTo(before.digest());
        assertThat(warnings).isEmpty();
    }

    @Test
    void doesNotStandInForABaseThatDoesNotExist() {
        assertThatThrownBy(() -> build("1", registry.address() + "/base/java:99"))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.BUILD_BASE);
                    assertThat(e.what()).contains("does not exist");
                });
    }

    @Test
    void doesNotStandInWhereThatIsForbidden() {
        String base = registry.address() + "/base/java:17";
        registry.close();
        Path jar = context.workspace().resolve("service.jar");

        assertFails(
                () -> {
                    build("1", "scratch");
                    new ImageBuilder()
                            .build(
                                    ImageSpec.java("catalog", jar, ORIGIN)
                                            .withBase(base)
                                            .withOffline(Offline.NEVER),
                                    context);
                },
                ErrorCode.REGISTRY_UNREACHABLE);
    }

    private static void assertFails(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).as(e.describe()).isEqualTo(code);
            assertThat(e.fix()).isNotBlank();
        });
    }
}
