package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.catalog.BuildTool;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceDetails;
import dev.octavo.engine.catalog.ServiceKind;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.image.ImageBuilder;
import dev.octavo.engine.image.ImageSpec;
import dev.octavo.engine.image.registry.StubRegistry;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stage 5 signs where there is a key, and an environment that asks for signatures takes nothing else. */
@Timeout(60)
class SignedImagesTest {
    private static final String COMMIT = "4f2c1d0000000000000000000000000000000001";
    private static final Instant AT = Instant.parse("2026-02-03T04:05:06Z");

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private KeyPair keys;
    private StubRegistry registry;

    @BeforeEach
    void build() throws IOException, GeneralSecurityException {
        registry = new StubRegistry();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        keys = generator.generateKeyPair();
        environment.put("HOME", folder.toString());
        environment.put("JENKINS_URL", "https://me:secret@jenkins.example.org/");
        Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\nCOPY gson-2.11.0.jar /libs/\nUSER 10001\n");
        try (OutputStream out = Files.newOutputStream(folder.resolve("gson-2.11.0.jar"));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("a.txt"));
        }
        RunRecord record = RunRecord.begin(folder);
        record.put(
                SourceOperation.PART,
                new SourceResult(
                        "https://git.example.org/shop.git",
                        "main",
                        COMMIT,
                        "4f2c1d0",
                        AT,
                        "amy",
                        "message",
                        true,
                        "v1.0.0"));
        record.put("run", Map.of("url", "https://jenkins.example.org/job/shop/7/", "startedAt", AT.toString()));
        record.put(
                "catalog",
                Chosen.PART,
                new Microservice(
                        "catalog",
                        "",
                        ServiceKind.STATIC,
                        BuildTool.NONE,
                        "",
                        "",
                        0,
                        8080,
                        "",
                        "",
                        "Dockerfile",
                        Map.of(),
                        List.of(""),
                        "",
                        ServiceDetails.UNKNOWN));
        record.put(
                "catalog",
                ImageOperation.PART,
                new ImageBuilder()
                        .build(
                                ImageSpec.dockerfile(
                                        "catalog",
                                        Path.of("Dockerfile"),
                                        Path.of(""),
                                        new ImageSpec.Origin("https://git.example.org/shop.git", COMMIT, "", AT)),
                                context()));
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private EngineContext context() {
        return StubRegistry.context(folder, environment, new Cancellation());
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n" + Base64.getEncoder().encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }

    private String publicPem() {
        return pem("PUBLIC KEY", keys.getPublic().getEncoded());
    }

    private PushResult.Pushed push() {
        return new PushOperation()
                .run(new PushRequest("", registry.address(), "shop", List.of("1"), ""), context())
                .services()
                .get(0);
    }

    private PushResult.Pushed pushSigned() {
        environment.put(
                "COSIGN_PRIVATE_KEY", pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        return push();
    }

    private void require(String signedBy) {
        SignedImages.require(
                new PlanRequest(
                        "",
                        "prod",
                        "",
                        registry.address(),
                        "shop",
                        "",
                        "",
                        "",
                        Map.of(),
                        "v1.0.0",
                        "",
                        true,
                        List.of(),
                        false,
                        List.of(),
                        signedBy),
                RunRecord.open(folder),
                context());
    }

    @Test
    void takesWhatStageFiveHasSigned() {
        PushResult.Pushed pushed = pushSigned();

        require(publicPem());

        assertThat(pushed.signedBy()).isNotEmpty();
        VerifyResult verified =
                new VerifyOperation().run(new VerifyRequest("", "", publicPem(), List.of(), "", ""), context());
        assertThat(verified.text())
                .contains(pushed.digest(), COMMIT, "by https://jenkins.example.org/", "1 components")
                .doesNotContain("secret");
    }

    @Test
    void signsNothingWithoutAKey() {
        assertThat(push().signedBy()).isEmpty();
    }

    @Test
    void refusesWhatIsNotSigned() {
        push();

        assertRefused(() -> require(publicPem()), ErrorCode.SUPPLY_SIGNATURE);
    }

    @Test
    void refusesWhatNoRunHasPushed() {
        assertRefused(() -> require(publicPem()), ErrorCode.SUPPLY_SIGNATURE);
    }

    @Test
    void refusesTheImageOfAnotherCommit() {
        pushSigned();
        RunRecord.open(folder)
                .put(
                        SourceOperation.PART,
                        new SourceResult("", "main", "f".repeat(40), "fffffff", AT, "amy", "message", true, ""));

        assertRefused(() -> require(publicPem()), ErrorCode.SUPPLY_PROVENANCE);
    }

    @Test
    void asksForNothingWhereTheEnvironmentDoesNot() {
        require("");
    }

    @Test
    void tellsOfAKeyThatCannotBeUsedBeforeAnythingIsSent() {
        environment.put("COSIGN_PRIVATE_KEY", "no key");

        assertRefused(this::push, ErrorCode.SUPPLY_KEY);
        assertThat(registry.seen()).isEmpty();
    }

    private Release release(Map<String, String> facts) {
        return new Release(
                "catalog",
                "prod",
                "shop-prod",
                3,
                Release.Status.SUPERSEDED,
                "",
                facts,
                List.of(),
                "sha256:" + "0".repeat(64),
                1,
                -1,
                AT,
                AT);
    }

    @Test
    void verifiesTheImageOfAReleaseThatIsGoneBackTo() {
        PushResult.Pushed pushed = pushSigned();
        String image = pushed.repository() + "@" + pushed.digest();

        SignedImages.require(
                publicPem(), release(Map.of(Release.IMAGE, image, Release.IMAGE_COMMIT, COMMIT)), context());

        assertThat(registry.seen())
                .anyMatch(each -> each.method().equals("GET") && each.path().contains(pushed.sbom()));
    }

    @Test
    void goesBackToNoReleaseThatItCannotVerify() {
        PushResult.Pushed pushed = push();
        String image = pushed.repository() + "@" + pushed.digest();

        assertRefused(
                () -> SignedImages.require(
                        publicPem(), release(Map.of(Release.IMAGE, image, Release.IMAGE_COMMIT, COMMIT)), context()),
                ErrorCode.SUPPLY_SIGNATURE);
        assertRefused(
                () -> SignedImages.require(publicPem(), release(Map.of()), context()), ErrorCode.SUPPLY_SIGNATURE);
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code) {
        assertThatThrownBy(call).isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.code())
                .as(e.describe())
                .isEqualTo(code));
    }
}
