package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.catalog.BuildTool;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceDetails;
import dev.octavo.engine.catalog.ServiceKind;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.image.ImagePromoter;
import dev.octavo.engine.image.PromoteRequest;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.Referrer;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.RegistryClient;
import dev.octavo.engine.image.registry.StubRegistry;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stages 4 and 5 of a commit that has not touched the service. {@code OCTAVO_TEST_REGISTRY} is a real registry to use in
 * place of one in memory.
 */
@Timeout(60)
class UnchangedServiceTest {
    private static final String FIRST = "4f2c1d0000000000000000000000000000000001";
    private static final String SECOND = "5a00000000000000000000000000000000000002";

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final String namespace = "shop-" + UUID.randomUUID();
    private final String real = System.getenv().getOrDefault("OCTAVO_TEST_REGISTRY", "");
    private StubRegistry stub;
    private String address = real;
    private int agents;

    @BeforeEach
    void start() throws IOException {
        stub = new StubRegistry();
        address = real.isEmpty() ? stub.address() : real;
        environment.put("HOME", folder.toString());
    }

    @AfterEach
    void stop() {
        stub.close();
    }

    /** A run on an agent that has neither cache nor workspace. */
    private EngineContext run(String commit, String content) throws IOException {
        Path agent = Files.createDirectory(folder.resolve("agent" + agents++));
        Files.writeString(
                agent.resolve("Dockerfile"), "FROM scratch\nCOPY page.html gson-2.11.0.jar /site/\nUSER 10001\n");
        try (OutputStream out = Files.newOutputStream(agent.resolve("gson-2.11.0.jar"));
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("a.txt").setLastModifiedTime(FileTime.fromMillis(0)));
        }
        Files.writeString(agent.resolve("page.html"), content);
        RunRecord record = RunRecord.begin(agent);
        Instant at = Instant.parse("2026-02-03T04:05:06Z").plusSeconds(agents);
        record.put(
                SourceOperation.PART,
                new SourceResult(
                        "https://git.example.org/shop.git", "main", commit, "4f2c1d0", at, "amy", "m", true, "v1.0.0"));
        record.put("run", Map.of("url", "https://jenkins.example.org/" + agents, "startedAt", at.toString()));
        record.put(
                "site",
                Chosen.PART,
                new Microservice(
                        "site",
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
        return StubRegistry.context(agent, environment, new Cancellation());
    }

    private BuiltImage build(EngineContext context, boolean rebuild) {
        return new ImageOperation()
                .run(
                        new ImageRequest(
                                "", address, namespace, "", "", "", Map.of(), "auto", List.of(), rebuild, false),
                        context)
                .services()
                .get(0)
                .image();
    }

    private PushResult.Pushed push(EngineContext context, String tag) {
        return new PushOperation()
                .run(new PushRequest("", address, namespace, List.of(tag), ""), context)
                .services()
                .get(0);
    }

    private String digestOf(String tag) {
        try (RegistryClient client = RegistryClient.open(
                address, RegistryAccess.standard(), StubRegistry.context(folder, environment, new Cancellation()))) {
            ImageReference image = ImageReference.parse(address + "/" + namespace + "/site:" + tag);
            return client.manifestDigest(image.repository(), tag).orElse("none");
        }
    }

    @Test
    void keepsTheImageOfTheCommitThatChangedItLast() throws IOException {
        EngineContext first = run(FIRST, "hello");
        BuiltImage built = build(first, false);
        assertThat(push(first, "1").bytesSent()).isPositive();
        EngineContext second = run(SECOND, "hello");

        BuiltImage again = build(second, false);
        PushResult.Pushed pushed = push(second, "2");

        assertThat(built.present()).isFalse();
        assertThat(again.present()).isTrue();
        assertThat(again.revision()).isEqualTo(FIRST);
        assertThat(again.digest()).isEqualTo(built.digest()).isEqualTo(pushed.digest());
        assertThat(pushed.bytesSent()).isZero();
        assertThat(digestOf("2")).isEqualTo(built.digest());
    }

    @Test
    void buildsWhatHasChanged() throws IOException {
        EngineContext first = run(FIRST, "hello");
        BuiltImage built = build(first, false);
        push(first, "1");
        EngineContext second = run(SECOND, "hello again");

        BuiltImage again = build(second, false);

        assertThat(again.present()).isFalse();
        assertThat(again.revision()).isEqualTo(SECOND);
        assertThat(again.digest()).isNotEqualTo(built.digest());
    }

    @Test
    void buildsAnywayWhereThatIsAskedFor() throws IOException {
        EngineContext first = run(FIRST, "hello");
        push(first, build(first, false).digest().substring(7, 20));
        EngineContext second = run(SECOND, "hello");

        BuiltImage again = build(second, true);

        assertThat(again.present()).isFalse();
        assertThat(again.revision()).isEqualTo(SECOND);
    }

    @Test
    void doesNotBelieveATagThatNamesAnotherImage() throws IOException {
        EngineContext first = run(FIRST, "hello");
        BuiltImage built = build(first, false);
        EngineContext foreign = run(FIRST, "hello, I am the attacker's");
        build(foreign, false);
        push(foreign, "inputs-" + built.inputs().substring("sha256:".length()));
        EngineContext second = run(SECOND, "hello");

        BuiltImage again = build(second, false);

        assertThat(again.present()).isFalse();
        assertThat(again.revision()).isEqualTo(SECOND);
    }

    @Test
    void pushesItAgainWhereItWasDeletedInBetween() throws IOException {
        EngineContext first = run(FIRST, "hello");
        build(first, false);
        push(first, "1");
        EngineContext second = run(SECOND, "hello");
        BuiltImage again = build(second, false);
        try (StubRegistry empty = new StubRegistry()) {
            address = empty.address();

            PushResult.Pushed pushed = push(second, "2");

            assertThat(pushed.bytesSent()).isPositive();
            assertThat(digestOf("2")).isEqualTo(again.digest());
        }
    }

    @Test
    void isVerifiedAndSignedAsTheEarlierCommit() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        environment.put(
                "COSIGN_PRIVATE_KEY", pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        EngineContext first = run(FIRST, "hello");
        build(first, false);
        PushResult.Pushed signed = push(first, "1");
        int before = referrers(signed.digest());
        EngineContext second = run(SECOND, "hello");
        build(second, false);

        PushResult.Pushed pushed = push(second, "2");
        VerifyResult verified = new VerifyOperation()
                .run(
                        new VerifyRequest(
                                "", "", pem("PUBLIC KEY", keys.getPublic().getEncoded()), List.of(), "", ""),
                        second);

        assertThat(pushed.signedBy()).isEqualTo(signed.signedBy()).isNotEmpty();
        assertThat(pushed.sbom()).isEqualTo(signed.sbom()).isIn(referrerDigests(pushed.digest()));
        assertThat(referrers(pushed.digest())).isEqualTo(before).isEqualTo(3);
        assertThat(verified.images().get(0).commit()).isEqualTo(FIRST);
    }

    @Test
    void takesWhatWasSignedAlongToAnotherRegistry() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        environment.put(
                "COSIGN_PRIVATE_KEY", pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
        EngineContext context = run(FIRST, "hello");
        build(context, false);
        PushResult.Pushed pushed = push(context, "1");
        String second = System.getenv().getOrDefault("OCTAVO_TEST_REGISTRY_2", "");
        try (StubRegistry other = new StubRegistry()) {
            ImageReference target =
                    ImageReference.parse((second.isEmpty() ? other.address() : second) + "/" + namespace + "/released");

            new ImagePromoter()
                    .promote(
                            new PromoteRequest(
                                    ImageReference.parse(pushed.repository()).withDigest(pushed.digest()),
                                    RegistryAccess.standard(),
                                    target,
                                    RegistryAccess.standard(),
                                    List.of("v1.0.0")),
                            context);
            VerifyResult verified = new VerifyOperation()
                    .run(
                            new VerifyRequest(
                                    target.withTag("v1.0.0").toString(),
                                    "",
                                    pem("PUBLIC KEY", keys.getPublic().getEncoded()),
                                    List.of(),
                                    FIRST,
                                    ""),
                            context);

            assertThat(verified.images().get(0).digest()).isEqualTo(pushed.digest());
        }
    }

    private int referrers(String digest) {
        return referrerDigests(digest).size();
    }

    private List<String> referrerDigests(String digest) {
        try (RegistryClient client = RegistryClient.open(
                address, RegistryAccess.standard(), StubRegistry.context(folder, environment, new Cancellation()))) {
            return client.referrers(namespace + "/site", digest).stream()
                    .map(Referrer::digest)
                    .toList();
        }
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n" + Base64.getEncoder().encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }
}
