package dev.octavo.engine.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Digests of trees, the same for the same tree. */
final class Fingerprint {
    private static final int ROUNDS = 20_000;

    private Fingerprint() {}

    /** {@code sha256:...} */
    static String of(Object tree) {
        return of(Json.text(tree));
    }

    private static String of(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * One that is slow on purpose, for a tree with secrets: a plan is shown to people, and a short password must not be
     * found by trying all.
     *
     * @param salt known to both who make it and who compare
     */
    static String ofSecret(Object tree, String salt) {
        PBEKeySpec spec =
                new PBEKeySpec(Json.text(tree).toCharArray(), salt.getBytes(StandardCharsets.UTF_8), ROUNDS, 256);
        try {
            byte[] key = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            return of(HexFormat.of().formatHex(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            spec.clearPassword();
        }
    }
}
