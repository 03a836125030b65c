package dev.octavo.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.ManifestContent;
import dev.octavo.engine.image.registry.MediaTypes;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.RegistryClient;
import dev.octavo.engine.image.registry.StubRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Images for several platforms. {@code OCTAVO_TEST_REGISTRY} is a real registry to use in place of one in memory. */
@Timeout(60)
class PlatformsTest {
    private static final List<String> BOTH = List.of("linux/amd64", "linux/arm64");

    @TempDir
    Path folder;

    private final String namespace = "shop-" + UUID.randomUUID();
    private StubRegistry stub;
    private String registry;
    private Builds builds;

    @BeforeEach
    void pushABase() throws IOException {
        stub = new StubRegistry();
        String real = System.getenv().getOrDefault("OCTAVO_TEST_REGISTRY", "");
        registry = real.isEmpty() ? stub.address() : real;
        builds = new Builds(folder);
        builds.file("release", "1");
        builds.file("Dockerfile", "FROM scratch\nCOPY release /etc/\nUSER 10001\n");
        push(build("base", BOTH, Builds.ORIGIN), "1");
        builds.file("page.html", "hello");
        builds.file("Dockerfile", "FROM " + registry + "/" + namespace + "/base:1\nCOPY page.html /site/\n");
    }

    @AfterEach
    void stop() {
        stub.close();
    }

    private static ImageSpec spec(String name, List<String> platforms, ImageSpec.Origin origin) {
        return ImageSpec.dockerfile(name, Path.of("Dockerfile"), Path.of(""), origin)
                .withPlatforms(platforms);
    }

    private BuiltImage build(String name, List<String> platforms, ImageSpec.Origin origin) {
        return builds.build(spec(name, platforms, origin));
    }

    private ImageReference repository(String name) {
        return ImageReference.parse(registry + "/" + namespace + "/" + name);
    }

    private PushedImage push(BuiltImage image, String tag) {
        return new ImagePusher()
                .push(
                        new PushRequest(
                                image.layout(),
                                repository(image.name()),
                                List.of(tag),
                                List.of(),
                                image.inputs(),
                                RegistryAccess.standard()),
                        builds.context);
    }

    private ManifestContent there(String name, String selector) {
        try (RegistryClient client = RegistryClient.open(registry, RegistryAccess.standard(), builds.context)) {
            return client.manifest(namespace + "/" + name, selector).orElseThrow();
        }
    }

    private static List<String> platforms(ManifestContent index) {
        List<String> platforms = new ArrayList<>();
        for (JsonNode each : JsonMapper.shared().readTree(index.bytes()).path("manifests")) {
            JsonNode its = each.path("platform");
            platforms.add(
                    its.path("os").asString("") + "/" + its.path("architecture").asString(""));
        }
        return platforms;
    }

    @Test
    void areOneImageThatIsPushedAndPromotedByOneDigest() throws IOException {
        BuiltImage image = build("site", BOTH, Builds.ORIGIN);

        PushedImage pushed = push(image, "1");
        PromotedImage promoted = new ImagePromoter()
                .promote(
                        new PromoteRequest(
                                repository("site").withDigest(image.digest()),
                                RegistryAccess.standard(),
                                repository("released"),
                                RegistryAccess.standard(),
                                List.of("v1.0.0")),
                        builds.context);

        assertThat(image.platforms()).isEqualTo(BOTH);
        assertThat(pushed.digest()).isEqualTo(image.digest()).isEqualTo(promoted.digest());
        ManifestContent index = there("released", "v1.0.0");
        assertThat(index.mediaType()).isEqualTo(MediaTypes.OCI_INDEX);
        assertThat(index.digest()).isEqualTo(image.digest());
        assertThat(platforms(index)).isEqualTo(BOTH);
        for (JsonNode each : JsonMapper.shared().readTree(index.bytes()).path("manifests")) {
            JsonNode manifest = JsonMapper.shared()
                    .readTree(
                            there("released", each.path("digest").asString("")).bytes());
            assertThat(manifest.path("layers")).hasSize(2);
        }
        assertThat(Files.readString(image.bom())).contains(image.digest());
    }

    @Test
    void areEachBuiltOnTheBaseForIt() {
        BuiltImage image = build("site", BOTH, Builds.ORIGIN);

        List<String> bases = OciLayout.open(image.layout()).platforms().stream()
                .map(each -> JsonMapper.shared()
                        .readTree(each.bytes())
                        .path("annotations")
                        .path("org.opencontainers.image.base.digest")
                        .asString(""))
                .toList();
        JsonNode base = JsonMapper.shared().readTree(there("base", "1").bytes()).path("manifests");

        assertThat(bases)
                .containsExactly(
                        base.path(0).path("digest").asString(""),
                        base.path(1).path("digest").asString(""));
    }

    @Test
    void makeNoIndexWhereOnlyOneIsAskedFor() {
        BuiltImage image = build("site", List.of("linux/arm64"), Builds.ORIGIN);

        ManifestContent manifest = OciLayout.open(image.layout()).manifest();
        assertThat(manifest.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
        assertThat(image.platforms()).containsExactly("linux/arm64");
    }

    @Test
    void areRefusedWhereTheBaseLacksOne() {
        assertThatThrownBy(() -> build("site", List.of("linux/amd64", "linux/s390x"), Builds.ORIGIN))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.BUILD_BASE);
                    assertThat(e.where()).endsWith("Dockerfile:1");
                    assertThat(e.why()).isEqualTo("it has no linux/s390x, only linux/amd64, linux/arm64");
                });
    }

    @Test
    void areRefusedWhereTheBaseIsForOneAlone() throws IOException {
        builds.file("Dockerfile", "FROM scratch\nCOPY release /etc/\nUSER 10001\n");
        push(build("single", List.of("linux/amd64"), Builds.ORIGIN), "1");
        builds.file("Dockerfile", "FROM " + registry + "/" + namespace + "/single:1\nCOPY page.html /site/\n");

        assertThatThrownBy(() -> build("site", BOTH, Builds.ORIGIN))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.BUILD_BASE);
                    assertThat(e.why()).isEqualTo("it is for linux/amd64 alone, and linux/arm64 was asked for");
                });
    }

    @Test
    void areFoundByTheirInputsTogether() {
        BuiltImage first = build("site", BOTH, Builds.ORIGIN);
        push(first, "1");
        ImageSpec.Origin later = new ImageSpec.Origin(
                Builds.ORIGIN.source(), "later", Builds.ORIGIN.version(), Instant.parse("2026-05-05T05:05:05Z"));

        BuiltImage second = new ImageBuilder()
                .build(
                        spec("site", BOTH, later),
                        new RegistryInputs(repository("site"), RegistryAccess.standard(), builds.context),
                        builds.context);
        BuiltImage one = new ImageBuilder()
                .build(spec("site", List.of("linux/amd64"), later), inputs -> Optional.empty(), builds.context);

        assertThat(second.present()).isTrue();
        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(second.revision()).isEqualTo(Builds.ORIGIN.revision());
        assertThat(one.inputs()).isNotEqualTo(second.inputs());
    }

    @Test
    void shareTheLayersOfTheServiceItself() throws IOException {
        BuiltImage image = build("site", BOTH, Builds.ORIGIN);

        List<String> own = image.layers().stream()
                .filter(each -> !each.name().equals("base"))
                .map(BuiltImage.Layer::digest)
                .toList();
        assertThat(own).hasSize(1);
        Map<String, Builds.Entry> entries = Builds.entries(Builds.blob(image, own.get(0)));
        assertThat(entries).containsKey("site/page.html");
    }
}
