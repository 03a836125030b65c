package dev.octavo.engine.supply;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A signed statement: a DSSE envelope, by itself or in a bundle of Sigstore's.
 *
 * @param payload the statement's very bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Envelope(String payloadType, byte[] payload, List<byte[]> signatures) {
    static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
    static final String MEDIA_TYPE = "application/vnd.dsse.envelope.v1+json";

    /** Signs a statement; what comes out is a bundle, as cosign 3 writes them. */
    static byte[] sign(byte[] statement, SigningKey key) {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("mediaType", BUNDLE);
        root.putObject("verificationMaterial").putObject("publicKey").put("hint", key.fingerprint());
        ObjectNode envelope = root.putObject("dsseEnvelope");
        envelope.put("payload", Base64.getEncoder().encodeToString(statement));
        envelope.put("payloadType", Statement.MEDIA_TYPE);
        envelope.putArray("signatures")
                .addObject()
                .put(
                        "sig",
                        Base64.getEncoder().encodeToString(key.sign(authenticated(Statement.MEDIA_TYPE, statement))));
        return JsonMapper.shared().writeValueAsBytes(root);
    }

    /** Reads a bundle or an envelope; empty where it is neither. */
    static Optional<Envelope> read(byte[] json) {
        try {
            JsonNode root = JsonMapper.shared().readTree(json);
            JsonNode envelope = root.has("dsseEnvelope") ? root.path("dsseEnvelope") : root;
            List<byte[]> signatures = new ArrayList<>();
            for (JsonNode each : envelope.path("signatures")) {
                signatures.add(Base64.getDecoder().decode(each.path("sig").asString("")));
            }
            byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asString(""));
            return payload.length == 0
                    ? Optional.empty()
                    : Optional.of(new Envelope(envelope.path("payloadType").asString(""), payload, signatures));
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The fingerprint of the trusted key that has signed it; empty where none has. */
    Optional<String> signer(TrustedKeys keys) {
        byte[] content = authenticated(payloadType, payload);
        return signatures.stream()
                .flatMap(each -> keys.signer(content, each).stream())
                .findFirst();
    }

    /** What is really signed: type and content, with their lengths before them. */
    private static byte[] authenticated(String type, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] typeBytes = type.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(("DSSEv1 " + typeBytes.length + " ").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(typeBytes);
        out.writeBytes((" " + content.length + " ").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(content);
        return out.toByteArray();
    }
}
