package dev.octavo.engine.supply;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.ManifestContent;
import dev.octavo.engine.image.registry.MediaTypes;
import dev.octavo.engine.image.registry.Referrer;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.RegistryClient;
import dev.octavo.engine.supply.Demand.Part;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks what was said of an image in a registry, and by whom. Reads what Octavo and cosign 3 write, bundles that refer
 * to the image, and what earlier ones of cosign write under the tags {@code sha256-….sig} and {@code sha256-….att}.
 */
public final class ImageVerifier {
    /** A registry that lists more has been filled by somebody who wants to keep us busy. */
    private static final int REFERRERS_MAX = 200;

    private static final long STATEMENT_MAX = 64L << 20;
    private static final String BUNDLES = "application/vnd.dev.sigstore.bundle";
    private static final String SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String SIMPLE_SIGNATURE = "dev.cosignproject.cosign/signature";

    /**
     * Verifies it.
     *
     * @param image by its digest, or by a tag, which is looked up once
     * @throws EngineException {@link ErrorCode#SUPPLY_SIGNATURE}, {@link ErrorCode#SUPPLY_PROVENANCE} or
     *     {@link ErrorCode#SUPPLY_BOM} where something isn't proven; one of the registry's codes;
     *     {@link ErrorCode#CANCELLED}
     */
    public VerifiedImage verify(
            ImageReference image, TrustedKeys keys, Demand demand, RegistryAccess access, EngineContext context) {
        try (RegistryClient client = RegistryClient.open(image.registry(), access, context)) {
            String digest = client.manifest(image.repository(), image.selector())
                    .map(ManifestContent::digest)
                    .orElseThrow(() -> new EngineException(
                            ErrorCode.REGISTRY_NOT_FOUND,
                            "The image that is to be verified is not in the registry",
                            image.toString(),
                            image.registry() + " has no " + image.repository() + " with " + image.selector(),
                            "check the name, or push the image first"));
            return new Check(client, image.withDigest(digest), digest, keys, demand, context).run();
        }
    }

    /** A statement that one of the keys has signed. */
    private record Signed(Statement statement, String signer) {}

    /** One image's check. */
    private static final class Check {
        private final RegistryClient client;
        private final ImageReference image;
        private final String digest;
        private final TrustedKeys keys;
        private final Demand demand;
        private final EngineContext context;
        private final List<Signed> statements = new ArrayList<>();
        private final Set<String> simpleSigners = new LinkedHashSet<>();
        private int untrusted;
        private int elsewhere;

        Check(
                RegistryClient client,
                ImageReference image,
                String digest,
                TrustedKeys keys,
                Demand demand,
                EngineContext context) {
            this.client = client;
            this.image = image;
            this.digest = digest;
            this.keys = keys;
            this.demand = demand;
            this.context = context;
        }

        VerifiedImage run() {
            List<Referrer> referrers = client.referrers(image.repository(), digest);
            for (Referrer each : referrers.subList(0, Math.min(REFERRERS_MAX, referrers.size()))) {
                if (each.artifactType().startsWith(BUNDLES)
                        || each.artifactType().equals(Statement.MEDIA_TYPE)
                        || each.artifactType().isEmpty()
                        || each.artifactType().startsWith("application/vnd.oci.empty")) {
                    client.manifest(image.repository(), each.digest()).ifPresent(this::read);
                }
            }
            // what earlier cosigns have written is asked for only where the rest doesn't do
            if (demand.parts().contains(Part.SIGNATURE) && signer().isEmpty()) {
                client.manifest(image.repository(), RegistryClient.referrersTag(digest) + ".sig")
                        .ifPresent(this::read);
            }
            boolean all = (!demand.parts().contains(Part.PROVENANCE) || has(Statement.PROVENANCE))
                    && (!demand.parts().contains(Part.SBOM) || has(Statement.CYCLONEDX));
            if (!all) {
                client.manifest(image.repository(), RegistryClient.referrersTag(digest) + ".att")
                        .ifPresent(this::read);
            }
            String signedBy = demand.parts().contains(Part.SIGNATURE)
                    ? signer().orElseThrow(() -> refused(
                            ErrorCode.SUPPLY_SIGNATURE,
                            "The image is not signed by a key that is trusted here",
                            "a signature",
                            "sign it: give push a signing key; or trust the key that has signed it"))
                    : "";
            JsonNode provenance = demand.parts().contains(Part.PROVENANCE) ? provenance() : null;
            int components = demand.parts().contains(Part.SBOM) ? components() : 0;
            return new VerifiedImage(
                    image.toString(),
                    digest,
                    signedBy,
                    provenance == null ? "" : commit(provenance),
                    provenance == null ? "" : builder(provenance),
                    components);
        }

        private boolean has(String predicateType) {
            return statements.stream()
                    .anyMatch(each -> each.statement().predicateType().equals(predicateType));
        }

        private Optional<String> signer() {
            return statements.stream()
                    .filter(each -> each.statement().predicateType().equals(Statement.SIGNED))
                    .map(Signed::signer)
                    .findFirst()
                    .or(() -> simpleSigners.stream().findFirst());
        }

        private void read(ManifestContent manifest) {
            if (!MediaTypes.isManifest(manifest.mediaType())) {
                return;
            }
            JsonNode layers;
            try {
                layers = JsonMapper.shared().readTree(manifest.bytes()).path("layers");
            } catch (JacksonException e) {
                return;
            }
            for (JsonNode each : layers) {
                context.cancellation().check();
                String type = each.path("mediaType").asString("");
                boolean envelope = type.startsWith(BUNDLES) || type.equals(Envelope.MEDIA_TYPE);
                boolean simple = type.equals(SIMPLE_SIGNING);
                if ((envelope || simple) && each.path("size").asLong(Long.MAX_VALUE) <= STATEMENT_MAX) {
                    byte[] content =
                            client.blob(image.repository(), each.path("digest").asString(""));
                    if (envelope) {
                        take(content);
                    } else {
                        takeSimple(
                                content,
                                each.path("annotations").path(SIMPLE_SIGNATURE).asString(""));
                    }
                }
            }
        }

        private void take(byte[] content) {
            Optional<Envelope> envelope = Envelope.read(content);
            Optional<String> signer = envelope.flatMap(each -> each.signer(keys));
            if (envelope.isEmpty() || signer.isEmpty()) {
                untrusted++;
                return;
            }
            // only what was signed is read on
            Optional<Statement> statement = envelope.filter(
                            each -> each.payloadType().equals(Statement.MEDIA_TYPE))
                    .flatMap(each -> Statement.read(each.payload()));
            if (statement.isPresent() && statement.get().isAbout(digest)) {
                statements.add(new Signed(statement.get(), signer.get()));
            } else {
                elsewhere++;
            }
        }

        private void takeSimple(byte[] content, String signature) {
            try {
                Optional<String> signer =
                        keys.signer(content, Base64.getDecoder().decode(signature));
                if (signer.isEmpty()) {
                    untrusted++;
                    return;
                }
                JsonNode critical = JsonMapper.shared().readTree(content).path("critical");
                boolean same = critical.path("image")
                        .path("docker-manifest-digest")
                        .asString("")
                        .equals(digest);
                if (same) {
                    simpleSigners.add(signer.get());
                } else {
                    elsewhere++;
                }
            } catch (JacksonException | IllegalArgumentException e) {
                untrusted++;
            }
        }

        private JsonNode provenance() {
            List<JsonNode> all = statements.stream()
                    .map(Signed::statement)
                    .filter(each -> each.predicateType().equals(Statement.PROVENANCE))
                    .map(Statement::predicate)
                    .toList();
            if (all.isEmpty()) {
                throw refused(
                        ErrorCode.SUPPLY_PROVENANCE,
                        "The image has no provenance that is signed by a key that is trusted here",
                        "a provenance",
                        "let Octavo push it with a signing key; or trust the key that has signed it");
            }
            for (JsonNode each : all) {
                if ((demand.commit().isEmpty() || commit(each).equals(demand.commit()))
                        && (demand.builder().isEmpty() || builder(each).equals(demand.builder()))) {
                    return each;
                }
            }
            JsonNode last = all.get(all.size() - 1);
            throw new EngineException(
                    ErrorCode.SUPPLY_PROVENANCE,
                    "The image comes from elsewhere than it should",
                    image.toString(),
                    "its provenance names commit " + commit(last) + ", built by " + builder(last)
                            + (demand.commit().isEmpty() ? "" : "; asked for was commit " + demand.commit())
                            + (demand.builder().isEmpty() ? "" : ", built by " + demand.builder()),
                    "deploy the image that was built from that commit");
        }

        private static String commit(JsonNode provenance) {
            for (JsonNode each : provenance.path("buildDefinition").path("resolvedDependencies")) {
                String commit = each.path("digest").path("gitCommit").asString("");
                if (!commit.isEmpty()) {
                    return commit;
                }
            }
            return "";
        }

        private static String builder(JsonNode provenance) {
            return provenance.path("runDetails").path("builder").path("id").asString("");
        }

        private int components() {
            for (Signed each : statements) {
                JsonNode bom = each.statement().predicate();
                if (each.statement().predicateType().equals(Statement.CYCLONEDX)
                        && bom.path("bomFormat").asString("").equals("CycloneDX")
                        && !bom.path("components").isEmpty()) {
                    return bom.path("components").size();
                }
            }
            throw refused(
                    ErrorCode.SUPPLY_BOM,
                    "The image has no bill of materials that is signed by a key that is trusted here",
                    "a bill of materials as CycloneDX with components",
                    "let Octavo push it with a signing key; or trust the key that has signed it");
        }

        private EngineException refused(ErrorCode code, String what, String wanted, String fix) {
            List<String> why = new ArrayList<>();
            why.add("nothing that refers to it is " + wanted + " by such a key");
            if (untrusted > 0) {
                why.add(untrusted + " statements about it are signed by other keys, or damaged");
            }
            if (elsewhere > 0) {
                why.add(elsewhere + " statements hang on it and are about another image");
            }
            return new EngineException(code, what, image.toString(), String.join("\n", why), fix);
        }
    }
}
