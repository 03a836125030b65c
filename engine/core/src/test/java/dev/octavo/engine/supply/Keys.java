package dev.octavo.engine.supply;

import dev.octavo.engine.api.SecretValue;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** Keys for tests, new each time. */
final class Keys {
    private final KeyPair pair;

    private Keys(KeyPair pair) {
        this.pair = pair;
    }

    static Keys make() {
        return make("EC", "secp256r1");
    }

    static Keys make(String algorithm, String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (curve.isEmpty()) {
                generator.initialize(2048);
            } else {
                generator.initialize(new ECGenParameterSpec(curve));
            }
            return new Keys(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    SigningKey signing() {
        return SigningKey.parse(privatePem(), new SecretValue(""), "a test");
    }

    String privatePem() {
        return pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    byte[] privateBytes() {
        return pair.getPrivate().getEncoded();
    }

    String publicPem() {
        return pem("PUBLIC KEY", pair.getPublic().getEncoded());
    }

    static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }
}
