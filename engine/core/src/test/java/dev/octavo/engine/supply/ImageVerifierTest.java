package dev.octavo.engine.supply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.StubRegistry;
import dev.octavo.engine.supply.Demand.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class ImageVerifierTest {
    private static final String COMMIT = "4f2c1d0000000000000000000000000000000001";
    private static final String JENKINS = "https://jenkins.example.org/";
    private static final byte[] MANIFEST = bytes("{\"schemaVersion\":2,\"name\":\"catalog\"}");
    private static final String DIGEST = Digests.of(MANIFEST);
    private static final byte[] OTHER = bytes("{\"schemaVersion\":2,\"name\":\"orders\"}");
    private static final byte[] BOM =
            bytes("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[{\"name\":\"a\"}]}");

    @TempDir
    Path folder;

    private final Keys keys = Keys.make();
    private StubRegistry registry;
    private EngineContext context;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void start() throws IOException {
        registry = new StubRegistry();
        registry.put("/v2/shop/catalog/manifests/" + DIGEST, MANIFEST);
        registry.put("/v2/shop/catalog/manifests/v1", MANIFEST);
        registry.put("/v2/shop/catalog/manifests/" + Digests.of(OTHER), OTHER);
        context = StubRegistry.context(folder, Map.of("HOME", folder.toString()), new Cancellation());
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private ImageReference image(String digest) {
        return ImageReference.parse(registry.address() + "/shop/catalog").withDigest(digest);
    }

    private static Provenance provenance(String commit) {
        return new Provenance(
                "https://git.example.org/shop.git",
                commit,
                "main",
                Map.of("service", "catalog"),
                "eclipse-temurin:17-jre",
                "sha256:" + "a".repeat(64),
                JENKINS,
                "1",
                JENKINS + "job/shop/7/",
                Instant.parse("2026-02-03T04:05:06Z"));
    }

    private int sign(Keys by, String digest, String commit) {
        return new ImageSigner()
                .sign(image(digest), provenance(commit), BOM, by.signing(), RegistryAccess.standard(), context)
                .added();
    }

    private VerifiedImage verify(Demand demand) {
        return new ImageVerifier()
                .verify(
                        image(DIGEST),
                        TrustedKeys.of(keys.publicPem(), context),
                        demand,
                        RegistryAccess.standard(),
                        context);
    }

    @Test
    void verifiesWhatWasSigned() {
        assertThat(sign(keys, DIGEST, COMMIT)).isEqualTo(3);

        VerifiedImage verified = verify(Demand.all(COMMIT));

        assertThat(verified.digest()).isEqualTo(DIGEST);
        assertThat(verified.signedBy()).isEqualTo(keys.signing().fingerprint());
        assertThat(verified.commit()).isEqualTo(COMMIT);
        assertThat(verified.builder()).isEqualTo(JENKINS);
        assertThat(verified.components()).isEqualTo(1);
    }

    @Test
    void verifiesATagByWhatItNames() {
        sign(keys, DIGEST, COMMIT);

        VerifiedImage verified = new ImageVerifier()
                .verify(
                        ImageReference.parse(registry.address() + "/shop/catalog:v1"),
                        TrustedKeys.of(keys.publicPem(), context),
                        Demand.all(""),
                        RegistryAccess.standard(),
                        context);

        assertThat(verified.reference()).endsWith("@" + DIGEST);
    }

    @Test
    void signsASecondTimeWithoutChangingAnything() {
        sign(keys, DIGEST, COMMIT);
        byte[] list = list(DIGEST);

        assertThat(sign(keys, DIGEST, COMMIT)).isZero();
        assertThat(list(DIGEST)).isEqualTo(list);
    }

    @Test
    void keepsWhatOthersHaveSaid() {
        sign(Keys.make(), DIGEST, COMMIT);
        sign(keys, DIGEST, COMMIT);

        assertThat(json(list(DIGEST)).path("manifests").size()).isEqualTo(6);
        assertThat(verify(Demand.all(COMMIT)).components()).isEqualTo(1);
    }

    @Test
    void listsWhatRefersToTheImageUnderATagWhereTheRegistryKnowsNoOtherWay() {
        sign(keys, DIGEST, COMMIT);

        JsonNode entry = json(list(DIGEST)).path("manifests").path(0);
        assertThat(entry.path("artifactType").asString()).isEqualTo("application/vnd.dev.sigstore.bundle.v0.3+json");
        assertThat(entry.path("annotations")
                        .path("dev.sigstore.bundle.predicateType")
                        .asString())
                .isEqualTo("https://sigstore.dev/cosign/sign/v1");
    }

    @Test
    void leavesTheListToARegistryThatKeepsItItself() {
        registry.behave(exchange -> {
            if (exchange.getRequestMethod().equals("PUT")) {
                exchange.getResponseHeaders().set("OCI-Subject", DIGEST);
            }
            return false;
        });

        sign(keys, DIGEST, COMMIT);

        assertThat(registry.get("/v2/shop/catalog/manifests/" + DIGEST.replace(':', '-')))
                .isEmpty();
    }

    @Test
    void refusesAnImageThatNobodyHasSigned() {
        assertRefused(() -> verify(Demand.all(COMMIT)), ErrorCode.SUPPLY_SIGNATURE, "nothing that refers to it");
    }

    @Test
    void refusesTheSignatureOfAnotherKey() {
        sign(Keys.make(), DIGEST, COMMIT);

        assertRefused(() -> verify(Demand.all(COMMIT)), ErrorCode.SUPPLY_SIGNATURE, "3 statements about it are signed");
    }

    @Test
    void refusesStatementsAboutAnotherImage() {
        sign(keys, Digests.of(OTHER), COMMIT);
        // hung on this image by somebody who may write to the repository, but has no key
        registry.put("/v2/shop/catalog/manifests/" + DIGEST.replace(':', '-'), list(Digests.of(OTHER)));

        assertRefused(() -> verify(Demand.all(COMMIT)), ErrorCode.SUPPLY_SIGNATURE, "3 statements hang on it");
    }

    @Test
    void refusesAnImageOfAnotherCommitOrBuilder() {
        sign(keys, DIGEST, COMMIT);

        assertRefused(() -> verify(Demand.all("f".repeat(40))), ErrorCode.SUPPLY_PROVENANCE, "commit " + COMMIT);
        assertRefused(
                () -> verify(new Demand(Set.of(Part.PROVENANCE), "", "https://other.example.org/")),
                ErrorCode.SUPPLY_PROVENANCE,
                JENKINS);
    }

    @Test
    void refusesAStatementThatWasChanged() {
        sign(keys, DIGEST, COMMIT);
        List<JsonNode> bundles =
                json(list(DIGEST)).path("manifests").valueStream().toList();
        for (JsonNode each : bundles) {
            String path = "/v2/shop/catalog/manifests/" + each.path("digest").asString();
            JsonNode layer =
                    json(registry.get(path).orElseThrow()).path("layers").path(0);
            byte[] bundle = registry.get(
                            "/v2/shop/catalog/blobs/" + layer.path("digest").asString())
                    .orElseThrow();
            JsonNode root = json(bundle);
            String payload = new String(
                    Base64.getDecoder()
                            .decode(root.path("dsseEnvelope").path("payload").asString()),
                    StandardCharsets.UTF_8);
            String changed = new String(bundle, StandardCharsets.UTF_8)
                    .replace(
                            root.path("dsseEnvelope").path("payload").asString(),
                            Base64.getEncoder().encodeToString(bytes(payload.replace("catalog", "cataloG"))));
            assertThat(Envelope.read(bytes(changed)).orElseThrow().signer(TrustedKeys.of(keys.publicPem(), context)))
                    .isEmpty();
        }
    }

    @Test
    void readsTheSignatureThatEarlierCosignsHaveWritten() {
        byte[] payload = bytes("{\"critical\":{\"identity\":{\"docker-reference\":\"\"},\"image\":{"
                + "\"docker-manifest-digest\":\"" + DIGEST + "\"},\"type\":\"cosign container image signature\"},"
                + "\"optional\":null}");
        String signature = Base64.getEncoder().encodeToString(keys.signing().sign(payload));
        registry.put("/v2/shop/catalog/blobs/" + Digests.of(payload), payload);
        registry.put(
                "/v2/shop/catalog/manifests/" + DIGEST.replace(':', '-') + ".sig",
                bytes("{\"schemaVersion\":2,\"layers\":[{\"mediaType\":"
                        + "\"application/vnd.dev.cosign.simplesigning.v1+json\",\"size\":" + payload.length
                        + ",\"digest\":\"" + Digests.of(payload)
                        + "\",\"annotations\":{\"dev.cosignproject.cosign/signature\":\"" + signature + "\"}}]}"));

        assertThat(verify(new Demand(Set.of(Part.SIGNATURE), "", "")).signedBy())
                .isEqualTo(keys.signing().fingerprint());
        assertRefused(() -> verify(Demand.all("")), ErrorCode.SUPPLY_PROVENANCE, "nothing");
    }

    @Test
    void saysThatTheImageIsNotThere() {
        assertRefused(
                () -> new ImageVerifier()
                        .verify(
                                image("sha256:" + "0".repeat(64)),
                                TrustedKeys.of(keys.publicPem(), context),
                                Demand.all(""),
                                RegistryAccess.standard(),
                                context),
                ErrorCode.REGISTRY_NOT_FOUND,
                "shop/catalog");
    }

    @Test
    void trustsSeveralKeysSoThatOneCanGo() {
        sign(keys, DIGEST, COMMIT);

        VerifiedImage verified = new ImageVerifier()
                .verify(
                        image(DIGEST),
                        TrustedKeys.of(Keys.make().publicPem() + keys.publicPem(), context),
                        Demand.all(COMMIT),
                        RegistryAccess.standard(),
                        context);

        assertThat(verified.signedBy()).isEqualTo(keys.signing().fingerprint());
    }

    private byte[] list(String digest) {
        return registry.get("/v2/shop/catalog/manifests/" + digest.replace(':', '-'))
                .orElseThrow();
    }

    private static JsonNode json(byte[] bytes) {
        return JsonMapper.shared().readTree(bytes);
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code, String why) {
        assertThatThrownBy(call).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.why()).contains(why);
        });
    }
}
