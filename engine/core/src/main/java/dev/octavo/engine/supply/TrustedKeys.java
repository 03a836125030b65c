package dev.octavo.engine.supply;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Public keys, of which one must have made a signature. Several let an old key go while its images are still about. */
public final class TrustedKeys {
    private static final int P256_BITS = 256;

    private final List<PublicKey> keys;

    private TrustedKeys(List<PublicKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads them.
     *
     * @param given PEM blocks, or the name of a file that holds them, relative to the workspace
     * @throws EngineException {@link ErrorCode#SUPPLY_KEY} where there is none, or one of another kind
     */
    public static TrustedKeys of(String given, EngineContext context) {
        boolean inline = given.contains("-----BEGIN ");
        String where = inline ? "the public keys that were given" : given;
        String text;
        try {
            text = inline
                    ? given
                    : Files.readString(context.workspace().resolve(given.strip()), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw unusable(where, "it cannot be read: " + e.getClass().getSimpleName());
        }
        List<PublicKey> keys = new ArrayList<>();
        for (Pem block : Pem.of(text)) {
            if (block.label().equals("PUBLIC KEY")) {
                keys.add(key(block.bytes(), where));
            } else {
                throw unusable(where, "it holds " + block.label() + ", and only public keys belong there");
            }
        }
        if (keys.isEmpty()) {
            throw unusable(where, "it holds no PEM block of a public key");
        }
        return new TrustedKeys(keys);
    }

    /** Only the public part of a key that signs. */
    public static TrustedKeys of(SigningKey key) {
        return new TrustedKeys(List.of(key(key.publicKey(), key.toString())));
    }

    private static PublicKey key(byte[] encoded, String where) {
        try {
            PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(encoded));
            if (key instanceof ECPublicKey ec
                    && ec.getParams().getCurve().getField().getFieldSize() == P256_BITS) {
                return key;
            }
        } catch (GeneralSecurityException e) {
            // RSA and others end here too
        }
        throw unusable(where, "it is no ECDSA key on the curve P-256");
    }

    /** The fingerprint of the key that made a signature; empty where none of these did. */
    Optional<String> signer(byte[] content, byte[] signature) {
        for (PublicKey key : keys) {
            try {
                Signature verifier = Signature.getInstance("SHA256withECDSA");
                verifier.initVerify(key);
                verifier.update(content);
                if (verifier.verify(signature)) {
                    return Optional.of(fingerprint(key.getEncoded()));
                }
            } catch (SignatureException e) {
                // not even the form of one
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has ECDSA", e);
            }
        }
        return Optional.empty();
    }

    static String fingerprint(byte[] publicKey) {
        MessageDigest sha = Digests.sha256();
        return Base64.getEncoder().encodeToString(sha.digest(publicKey));
    }

    private static EngineException unusable(String where, String why) {
        return new EngineException(
                ErrorCode.SUPPLY_KEY,
                "The public keys for signatures cannot be used",
                where,
                why,
                "give the public key as a PEM file, such as the cosign.pub of \"cosign generate-key-pair\"");
    }
}
