package dev.octavo.engine.supply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.image.registry.StubRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class SigningKeyTest {
    private static final byte[] CONTENT = "what is signed".getBytes(StandardCharsets.UTF_8);
    private static final String PASSWORD = "pass-w0rd";

    @TempDir
    Path folder;

    private final Keys keys = Keys.make();

    private EngineContext context(Map<String, String> environment) {
        return StubRegistry.context(folder, environment, new Cancellation());
    }

    private TrustedKeys trusted() {
        return TrustedKeys.of(keys.publicPem(), context(Map.of()));
    }

    private void assertSigns(SigningKey key) {
        assertThat(trusted().signer(CONTENT, key.sign(CONTENT))).contains(key.fingerprint());
    }

    @Test
    void signsWithAKeyAsOpensslMakesIt() throws IOException {
        assertSigns(keys.signing());

        byte[] old = PrivateKeyInfo.getInstance(keys.privateBytes())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        assertSigns(SigningKey.parse(Keys.pem("EC PRIVATE KEY", old), new SecretValue(""), "a test"));
    }

    /** As {@code openssl ecparam -param_enc explicit} makes it; and a structure that says nothing of its curve. */
    @Test
    void readsACurveThatIsWrittenOut() throws IOException {
        PrivateKeyInfo key = PrivateKeyInfo.getInstance(keys.privateBytes());
        PrivateKeyInfo writtenOut = new PrivateKeyInfo(
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECNamedCurves.getByName("secp256r1")),
                key.parsePrivateKey());
        PrivateKeyInfo other = new PrivateKeyInfo(
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECNamedCurves.getByName("secp256k1")),
                key.parsePrivateKey());
        PrivateKeyInfo none =
                new PrivateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey), key.parsePrivateKey());

        assertSigns(parsed(writtenOut));
        assertFails(() -> parsed(other), "a test", "another kind");
        assertFails(() -> parsed(none), "a test", "another kind");
    }

    private static SigningKey parsed(PrivateKeyInfo key) throws IOException {
        return SigningKey.parse(Keys.pem("PRIVATE KEY", key.getEncoded()), new SecretValue(""), "a test");
    }

    @Test
    void givesTheSameSignatureEachTime() {
        assertThat(keys.signing().sign(CONTENT)).isEqualTo(keys.signing().sign(CONTENT));
    }

    @Test
    void readsAKeyThatIsEncryptedAsCosignDoes() throws IOException {
        Path file = Files.writeString(folder.resolve("cosign.key"), encrypted());

        assertSigns(SigningKey.find("cosign.key", context(Map.of(SigningKey.PASSWORD, PASSWORD)))
                .orElseThrow());

        assertFails(() -> SigningKey.find("cosign.key", context(Map.of())), file.getFileName() + "", "has a password");
        assertFails(
                () -> SigningKey.find("cosign.key", context(Map.of(SigningKey.PASSWORD, "another"))),
                "cosign.key",
                "password is wrong");
    }

    @Test
    void findsTheKeyInAVariableWhereNoFileIsNamed() {
        assertSigns(SigningKey.find("", context(Map.of(SigningKey.KEY, keys.privatePem())))
                .orElseThrow());
        assertThat(SigningKey.find("", context(Map.of()))).isEmpty();
    }

    @Test
    void refusesKeysOfOtherKinds() {
        for (Keys other : new Keys[] {Keys.make("EC", "secp384r1"), Keys.make("RSA", "")}) {
            assertFails(other::signing, "a test", "another kind");
            assertThatThrownBy(() -> TrustedKeys.of(other.publicPem(), context(Map.of())))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SUPPLY_KEY));
        }
    }

    @Test
    void saysWhatIsWrongAndShowsNothingOfTheKey() throws IOException {
        Files.writeString(folder.resolve("empty"), "nothing");
        Files.writeString(folder.resolve("public"), keys.publicPem());
        String damaged = keys.privatePem().replaceFirst("\n.{20}", "\n");
        Files.writeString(folder.resolve("damaged"), damaged);

        assertFails(() -> SigningKey.find("none", context(Map.of())), "none", "NoSuchFileException");
        assertFails(() -> SigningKey.find("empty", context(Map.of())), "empty", "no PEM block");
        assertFails(() -> SigningKey.find("public", context(Map.of())), "public", "PUBLIC KEY");
        assertFails(() -> SigningKey.find("damaged", context(Map.of())), "damaged", "damaged");
    }

    @Test
    void trustsNoPrivateKey() {
        assertThatThrownBy(() -> TrustedKeys.of(keys.privatePem(), context(Map.of())))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.SUPPLY_KEY);
                    assertThat(e.why()).contains("only public keys");
                });
    }

    private void assertFails(ThrowingCallable call, String where, String why) {
        assertThatThrownBy(call).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.SUPPLY_KEY);
            assertThat(e.where()).isEqualTo(where);
            assertThat(e.why()).contains(why);
            assertThat(e.getCause()).isNull();
            assertThat(e.describe()).doesNotContain(keys.privatePem().substring(40, 60));
        });
    }

    /** By scrypt and secretbox, with everything that cosign writes. */
    private String encrypted() {
        byte[] salt = new byte[32];
        byte[] nonce = new byte[24];
        salt[3] = 5;
        nonce[7] = 9;
        byte[] secret = SCrypt.generate(PASSWORD.getBytes(StandardCharsets.UTF_8), salt, 32768, 8, 1, 32);
        XSalsa20Engine cipher = new XSalsa20Engine();
        cipher.init(true, new ParametersWithIV(new KeyParameter(secret), nonce));
        byte[] macKey = new byte[32];
        cipher.processBytes(macKey, 0, 32, macKey, 0);
        byte[] plain = keys.privateBytes();
        byte[] box = new byte[16 + plain.length];
        cipher.processBytes(plain, 0, plain.length, box, 16);
        Poly1305 mac = new Poly1305();
        mac.init(new KeyParameter(macKey));
        mac.update(box, 16, plain.length);
        mac.doFinal(box, 0);
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.putObject("kdf")
                .put("name", "scrypt")
                .put("salt", salt)
                .putObject("params")
                .put("N", 32768)
                .put("r", 8)
                .put("p", 1);
        root.putObject("cipher").put("name", "nacl/secretbox").put("nonce", nonce);
        root.put("ciphertext", box);
        return Keys.pem("ENCRYPTED SIGSTORE PRIVATE KEY", JsonMapper.shared().writeValueAsBytes(root));
    }
}
