package dev.octavo.engine.supply;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.ManifestContent;
import dev.octavo.engine.image.registry.MediaTypes;
import dev.octavo.engine.image.registry.Referrer;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.RegistryClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Signs an image that is in a registry, and hangs signature, provenance and bill of materials on it. */
public final class ImageSigner {
    private static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);
    private static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";

    /**
     * Signs it. A second time changes nothing.
     *
     * @param image with its digest
     * @param bom as CycloneDX's JSON
     * @return how many statements are new, and where the bill of materials is
     * @throws EngineException one of the registry's codes; {@link ErrorCode#BUILD_OUTPUT} where the bill of materials is
     *     no JSON; {@link ErrorCode#CANCELLED}
     */
    public Signed sign(
            ImageReference image,
            Provenance provenance,
            byte[] bom,
            SigningKey key,
            RegistryAccess access,
            EngineContext context) {
        String digest = image.selector();
        String name = image.bare().toString();
        String repository = image.repository();
        try (RegistryClient client = RegistryClient.open(image.registry(), access, context)) {
            ManifestContent subject = client.manifest(repository, digest)
                    .orElseThrow(() -> new EngineException(
                            ErrorCode.REGISTRY_NOT_FOUND,
                            "The image that is to be signed is not in the registry",
                            image.toString(),
                            "the registry has no manifest with this digest in this repository",
                            "push the image first"));
            List<Bundle> bundles = List.of(
                    bundle(name, subject, Statement.SIGNED, JsonMapper.shared().createObjectNode(), key),
                    bundle(name, subject, Statement.PROVENANCE, provenance.predicate(), key),
                    bundle(name, subject, Statement.CYCLONEDX, read(bom, image), key));
            Set<String> there = client.referrers(repository, digest).stream()
                    .map(Referrer::digest)
                    .collect(Collectors.toSet());
            List<Bundle> missing = bundles.stream()
                    .filter(each -> !there.contains(each.manifest().digest()))
                    .toList();
            if (!missing.isEmpty()) {
                client.pushBlob(repository, EMPTY);
            }
            for (Bundle each : missing) {
                client.pushBlob(repository, each.content());
                client.attach(repository, each.manifest(), digest);
            }
            return new Signed(missing.size(), bundles.get(2).manifest().digest());
        }
    }

    /**
     * What hangs on the image.
     *
     * @param added how many statements are new
     * @param bom the digest of what carries the bill of materials
     */
    public record Signed(int added, String bom) {}

    /** The digest of what would carry, or carries, a bill of materials: the same for the same key and content. */
    public static String bom(ImageReference image, ManifestContent subject, byte[] bom, SigningKey key) {
        return bundle(image.bare().toString(), subject, Statement.CYCLONEDX, read(bom, image), key)
                .manifest()
                .digest();
    }

    /** A signed statement, and the manifest under which the registry has it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Bundle(byte[] content, ManifestContent manifest) {}

    private static Bundle bundle(
            String name, ManifestContent subject, String type, ObjectNode predicate, SigningKey key) {
        byte[] content = Envelope.sign(Statement.of(name, subject.digest(), type, predicate), key);
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_MANIFEST).put("artifactType", Envelope.BUNDLE);
        root.putObject("config")
                .put("mediaType", EMPTY_TYPE)
                .put("digest", Digests.of(EMPTY))
                .put("size", EMPTY.length);
        root.putArray("layers")
                .addObject()
                .put("mediaType", Envelope.BUNDLE)
                .put("digest", Digests.of(content))
                .put("size", content.length);
        root.putObject("subject")
                .put("mediaType", subject.mediaType())
                .put("digest", subject.digest())
                .put("size", subject.bytes().length);
        root.putObject("annotations")
                .put("dev.sigstore.bundle.content", "dsse-envelope")
                .put("dev.sigstore.bundle.predicateType", type);
        byte[] bytes = JsonMapper.shared().writeValueAsBytes(root);
        return new Bundle(content, new ManifestContent(bytes, MediaTypes.OCI_MANIFEST, Digests.of(bytes)));
    }

    private static ObjectNode read(byte[] bom, ImageReference image) {
        try {
            if (JsonMapper.shared().readTree(bom) instanceof ObjectNode root) {
                return root;
            }
        } catch (JacksonException e) {
            // told below
        }
        throw new EngineException(
                ErrorCode.BUILD_OUTPUT,
                "The image's bill of materials cannot be read",
                image.toString(),
                "it is no JSON object",
                "build the image again");
    }
}
