package dev.octavo.engine.supply;

import dev.octavo.engine.image.registry.Digests;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Something said of an image, as in-toto has it. */
record Statement(JsonNode root) {
    static final String MEDIA_TYPE = "application/vnd.in-toto+json";

    /** Says only that the key's owner has signed it. */
    static final String SIGNED = "https://sigstore.dev/cosign/sign/v1";

    static final String PROVENANCE = "https://slsa.dev/provenance/v1";
    static final String CYCLONEDX = "https://cyclonedx.org/bom";

    private static final String TYPE = "https://in-toto.io/Statement/v1";
    private static final String OLD_TYPE = "https://in-toto.io/Statement/v0.1";

    /**
     * Makes one.
     *
     * @param name of the image, without tag and digest
     */
    static byte[] of(String name, String digest, String predicateType, JsonNode predicate) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("_type", TYPE);
        root.putArray("subject")
                .addObject()
                .put("name", name)
                .putObject("digest")
                .put("sha256", Digests.hex(digest));
        root.put("predicateType", predicateType);
        root.set("predicate", predicate);
        return JsonMapper.shared().writeValueAsBytes(root);
    }

    static Optional<Statement> read(byte[] payload) {
        try {
            JsonNode root = JsonMapper.shared().readTree(payload);
            String type = root.path("_type").asString("");
            return type.equals(TYPE) || type.equals(OLD_TYPE) ? Optional.of(new Statement(root)) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Whether it is about the image. */
    boolean isAbout(String digest) {
        for (JsonNode each : root.path("subject")) {
            if (each.path("digest").path("sha256").asString("").equals(Digests.hex(digest))) {
                return true;
            }
        }
        return false;
    }

    String predicateType() {
        return root.path("predicateType").asString("");
    }

    JsonNode predicate() {
        return root.path("predicate");
    }
}
