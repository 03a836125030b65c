package dev.octavo.engine.supply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.image.ImageBuilder;
import dev.octavo.engine.image.ImagePromoter;
import dev.octavo.engine.image.ImagePusher;
import dev.octavo.engine.image.ImageSpec;
import dev.octavo.engine.image.PromoteRequest;
import dev.octavo.engine.image.PushRequest;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.StubRegistry;
import dev.octavo.engine.supply.Demand.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Octavo has signed, verified by the real cosign, and the other way round. {@code OCTAVO_TEST_COSIGN} is cosign's
 * program, {@code OCTAVO_TEST_REGISTRY} a registry without TLS and login.
 */
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_COSIGN", matches = ".+")
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_REGISTRY", matches = ".+")
@Timeout(300)
class CosignTest {
    private static final String COMMIT = "4f2c1d0000000000000000000000000000000001";
    private static final String PASSWORD = "pass-w0rd of a test";
    private static final List<String> OFFLINE = List.of("--insecure-ignore-tlog=true", "--allow-http-registry");
    private static final List<String> SIGNING = List.of(
            "--tlog-upload=false", "--use-signing-config=false", "--allow-http-registry", "-y", "--key", "cosign.key");

    @TempDir
    Path folder;

    private EngineContext context;
    private ImageReference image;
    private BuiltImage built;

    @BeforeEach
    void push() throws IOException, InterruptedException {
        context = StubRegistry.context(
                folder, Map.of("HOME", folder.toString(), SigningKey.PASSWORD, PASSWORD), new Cancellation());
        cosign("generate-key-pair");
        Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\nCOPY hello.txt /hello.txt\nUSER 10001\n");
        Files.writeString(folder.resolve("hello.txt"), "hello " + UUID.randomUUID());
        built = new ImageBuilder()
                .build(
                        ImageSpec.dockerfile(
                                "catalog",
                                Path.of("Dockerfile"),
                                Path.of(""),
                                new ImageSpec.Origin(
                                        "https://git.example.org/shop.git",
                                        COMMIT,
                                        "",
                                        Instant.parse("2026-02-03T04:05:06Z"))),
                        context);
        ImageReference repository =
                ImageReference.parse(System.getenv("OCTAVO_TEST_REGISTRY") + "/shop/catalog-" + UUID.randomUUID());
        new ImagePusher()
                .push(
                        new PushRequest(
                                built.layout(), repository, List.of("1"), List.of(), "", RegistryAccess.standard()),
                        context);
        image = repository.withDigest(built.digest());
    }

    private String cosign(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(System.getenv("OCTAVO_TEST_COSIGN")));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.directory(folder.toFile()).redirectErrorStream(true);
        Map<String, String> environment = new HashMap<>(builder.environment());
        builder.environment().clear();
        environment.keySet().removeIf(each -> each.startsWith("COSIGN_") || each.startsWith("SIGSTORE_"));
        builder.environment().putAll(environment);
        builder.environment().put("COSIGN_PASSWORD", PASSWORD);
        builder.environment().put("HOME", folder.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(String.join(" ", arguments) + "\n" + output)
                .isZero();
        return output;
    }

    private String cosign(String command, List<String> options, String... more)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(options);
        arguments.addAll(Arrays.asList(more));
        return cosign(arguments.toArray(String[]::new));
    }

    private void sign() throws IOException {
        new ImageSigner()
                .sign(
                        image,
                        new Provenance(
                                "https://git.example.org/shop.git",
                                COMMIT,
                                "main",
                                Map.of("service", "catalog"),
                                "",
                                "",
                                "https://jenkins.example.org/",
                                "1",
                                "",
                                null),
                        Files.readAllBytes(bom()),
                        SigningKey.find("cosign.key", context).orElseThrow(),
                        RegistryAccess.standard(),
                        context);
    }

    /** One with a component: nothing but a text is in the image. */
    private Path bom() throws IOException {
        return Files.writeString(
                folder.resolve("bom.json"),
                "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":"
                        + "[{\"type\":\"library\",\"name\":\"a\"}]}");
    }

    private VerifiedImage verify(ImageReference reference, Demand demand) {
        return new ImageVerifier()
                .verify(reference, TrustedKeys.of("cosign.pub", context), demand, RegistryAccess.standard(), context);
    }

    @Test
    void cosignVerifiesWhatOctavoHasSigned() throws IOException, InterruptedException {
        sign();

        assertThat(cosign("verify", OFFLINE, "--key", "cosign.pub", image.toString()))
                .contains(built.digest());
        String provenance = cosign(
                "verify-attestation", OFFLINE, "--key", "cosign.pub", "--type", "slsaprovenance1", image.toString());
        assertThat(payload(provenance)
                        .path("predicate")
                        .path("runDetails")
                        .path("builder")
                        .path("id")
                        .asString())
                .isEqualTo("https://jenkins.example.org/");
        String bom =
                cosign("verify-attestation", OFFLINE, "--key", "cosign.pub", "--type", "cyclonedx", image.toString());
        assertThat(payload(bom).path("predicate").path("bomFormat").asString()).isEqualTo("CycloneDX");
        assertThat(verify(image, Demand.all(COMMIT)).commit()).isEqualTo(COMMIT);
    }

    @Test
    void cosignVerifiesWhatWasPromoted() throws IOException, InterruptedException {
        sign();
        ImageReference other = ImageReference.parse(image.bare() + "-released");

        new ImagePromoter()
                .promote(
                        new PromoteRequest(
                                image, RegistryAccess.standard(), other, RegistryAccess.standard(), List.of("v1.0.0")),
                        context);

        cosign("verify", OFFLINE, "--key", "cosign.pub", other + ":v1.0.0");
        assertThat(verify(other.withTag("v1.0.0"), Demand.all(COMMIT)).digest()).isEqualTo(built.digest());
    }

    @Test
    void octavoVerifiesWhatCosignHasSigned() throws IOException, InterruptedException {
        cosign("sign", SIGNING, image.toString());
        cosign("attest", SIGNING, "--type", "cyclonedx", "--predicate", bom().toString(), image.toString());

        VerifiedImage verified = verify(image, new Demand(Set.of(Part.SIGNATURE, Part.SBOM), "", ""));

        assertThat(verified.components()).isEqualTo(1);
        assertThat(verified.signedBy())
                .isEqualTo(SigningKey.find("cosign.key", context).orElseThrow().fingerprint());
    }

    @Test
    void octavoVerifiesWhatCosignHasSignedInItsOldForm() throws IOException, InterruptedException {
        cosign("sign", SIGNING, "--new-bundle-format=false", image.toString());
        cosign(
                "attest",
                SIGNING,
                "--new-bundle-format=false",
                "--type",
                "cyclonedx",
                "--predicate",
                bom().toString(),
                image.toString());

        assertThat(verify(image, new Demand(Set.of(Part.SIGNATURE, Part.SBOM), "", ""))
                        .components())
                .isEqualTo(1);
    }

    @Test
    void octavoRefusesTheSignatureOfAnotherKeyOfCosign() throws IOException, InterruptedException {
        cosign("sign", SIGNING, image.toString());
        Files.writeString(folder.resolve("cosign.pub"), Keys.make().publicPem());

        assertThatThrownBy(() -> verify(image, Demand.all("")))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SUPPLY_SIGNATURE));
    }

    /** The statement that verify-attestation prints, in an envelope on a line of its own. */
    private static JsonNode payload(String output) {
        String line = output.lines()
                .filter(each -> each.startsWith("{\"payload"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output));
        String payload = JsonMapper.shared().readTree(line).path("payload").asString();
        return JsonMapper.shared().readTree(java.util.Base64.getDecoder().decode(payload));
    }
}
