package dev.octavo.engine.supply;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X962Parameters;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A private key that images are signed with: ECDSA on P-256, as {@code cosign generate-key-pair} or {@code openssl
 * ecparam -name prime256v1 -genkey} makes it. The same content gets the same signature each time (RFC 6979).
 */
public final class SigningKey {
    /** The variable that may hold the key itself. */
    public static final String KEY = "COSIGN_PRIVATE_KEY";

    /** The variable that holds the password of a key that cosign has encrypted. */
    public static final String PASSWORD = "COSIGN_PASSWORD";

    private static final Set<String> COSIGN = Set.of("ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY");
    private static final ECNamedDomainParameters P256 =
            new ECNamedDomainParameters(SECObjectIdentifiers.secp256r1, SECNamedCurves.getByName("secp256r1"));
    /** Others would let a made-up file take all the machine's memory. */
    private static final Set<Integer> SCRYPT_COSTS = Set.of(1 << 15, 1 << 16, 1 << 17);

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 24;
    private static final int TAG_BYTES = 16;

    private final ECPrivateKeyParameters key;
    private final byte[] publicKey;

    private SigningKey(ECPrivateKeyParameters key, byte[] publicKey) {
        this.key = key;
        this.publicKey = publicKey;
    }

    /**
     * The key of a file, else that of the variable {@value #KEY}; empty where there is neither.
     *
     * @param file relative to the workspace; "" for none
     * @throws EngineException {@link ErrorCode#SUPPLY_KEY} where it cannot be read or is of another kind
     */
    public static Optional<SigningKey> find(String file, EngineContext context) {
        SecretValue password = new SecretValue(context.environment().getOrDefault(PASSWORD, ""));
        if (!file.isEmpty()) {
            Path path = context.workspace().resolve(file);
            try {
                return Optional.of(parse(Files.readString(path, StandardCharsets.ISO_8859_1), password, file));
            } catch (IOException e) {
                throw unusable(file, "it cannot be read: " + e.getClass().getSimpleName(), "name the file of the key");
            }
        }
        String text = context.environment().getOrDefault(KEY, "");
        return text.isBlank() ? Optional.empty() : Optional.of(parse(text, password, "the variable " + KEY));
    }

    /**
     * Reads a key.
     *
     * @param where it comes from, for messages
     */
    static SigningKey parse(String text, SecretValue password, String where) {
        List<Pem> blocks = Pem.of(text);
        for (Pem block : blocks) {
            try {
                if (COSIGN.contains(block.label())) {
                    return of(decrypt(block.bytes(), password, where), where);
                }
                if (block.label().equals("PRIVATE KEY")) {
                    return of(block.bytes(), where);
                }
                if (block.label().equals("EC PRIVATE KEY")) {
                    ECPrivateKey old = ECPrivateKey.getInstance(block.bytes());
                    boolean other = old.getParametersObject() != null
                            && !SECObjectIdentifiers.secp256r1.equals(old.getParametersObject());
                    if (other) {
                        throw otherKind(where);
                    }
                    return of(old.getKey());
                }
            } catch (IOException | IllegalArgumentException | IllegalStateException e) {
                // what went wrong may quote the key
                throw unusable(where, "its content is damaged", "export the key again");
            }
        }
        throw unusable(
                where,
                blocks.isEmpty()
                        ? "it holds no PEM block"
                        : "it holds "
                                + String.join(
                                        ", ", blocks.stream().map(Pem::label).toList()),
                "make a key by \"cosign generate-key-pair\", or by \"openssl ecparam -name prime256v1 -genkey -noout\"");
    }

    /**
     * The key of a PKCS #8 structure. Bouncy Castle's factories of keys would do the same, and draw in every kind of key.
     *
     * @throws IOException where it is none
     */
    private static SigningKey of(byte[] pkcs8, String where) throws IOException {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(pkcs8);
        if (!X9ObjectIdentifiers.id_ecPublicKey.equals(
                info.getPrivateKeyAlgorithm().getAlgorithm())) {
            throw otherKind(where);
        }
        X962Parameters curve =
                X962Parameters.getInstance(info.getPrivateKeyAlgorithm().getParameters());
        boolean ours;
        if (curve == null) {
            ours = false;
        } else if (curve.isNamedCurve()) {
            ours = SECObjectIdentifiers.secp256r1.equals(curve.getParameters());
        } else {
            X9ECParameters written = X9ECParameters.getInstance(curve.getParameters());
            ours = written != null
                    && P256.getN().equals(written.getN())
                    && P256.getG().equals(written.getG());
        }
        if (!ours) {
            throw otherKind(where);
        }
        return of(ECPrivateKey.getInstance(info.parsePrivateKey()).getKey());
    }

    private static SigningKey of(BigInteger secret) {
        ECPrivateKeyParameters key = new ECPrivateKeyParameters(secret, P256);
        try {
            byte[] encoded = new SubjectPublicKeyInfo(
                            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1),
                            P256.getG().multiply(secret).getEncoded(false))
                    .getEncoded();
            return new SigningKey(key, encoded);
        } catch (IOException e) {
            throw new IllegalStateException("a public key has no encoding", e);
        }
    }

    /** Cosign's own encryption: a key from the password by scrypt, then NaCl's secretbox. */
    private static byte[] decrypt(byte[] json, SecretValue password, String where) {
        JsonNode root;
        byte[] salt;
        byte[] nonce;
        byte[] box;
        try {
            root = JsonMapper.shared().readTree(json);
            salt = root.path("kdf").path("salt").binaryValue();
            nonce = root.path("cipher").path("nonce").binaryValue();
            box = root.path("ciphertext").binaryValue();
        } catch (JacksonException e) {
            throw unusable(where, "its content is damaged", "export the key again");
        }
        int cost = root.path("kdf").path("params").path("N").asInt(0);
        boolean known = root.path("kdf").path("name").asString("").equals("scrypt")
                && root.path("cipher").path("name").asString("").equals("nacl/secretbox")
                && SCRYPT_COSTS.contains(cost)
                && root.path("kdf").path("params").path("r").asInt(0) == 8
                && root.path("kdf").path("params").path("p").asInt(0) == 1;
        if (!known || nonce.length != NONCE_BYTES || box.length <= TAG_BYTES) {
            throw unusable(where, "it is encrypted in a way that is not known", "export the key again with cosign");
        }
        byte[] secret =
                SCrypt.generate(password.reveal().getBytes(StandardCharsets.UTF_8), salt, cost, 8, 1, KEY_BYTES);
        XSalsa20Engine cipher = new XSalsa20Engine();
        cipher.init(false, new ParametersWithIV(new KeyParameter(secret), nonce));
        byte[] macKey = new byte[KEY_BYTES];
        cipher.processBytes(macKey, 0, KEY_BYTES, macKey, 0);
        Poly1305 mac = new Poly1305();
        mac.init(new KeyParameter(macKey));
        mac.update(box, TAG_BYTES, box.length - TAG_BYTES);
        byte[] tag = new byte[TAG_BYTES];
        mac.doFinal(tag, 0);
        if (!java.security.MessageDigest.isEqual(tag, Arrays.copyOf(box, TAG_BYTES))) {
            throw unusable(
                    where,
                    password.reveal().isEmpty() ? "it has a password" : "the password is wrong",
                    "set its password in the variable " + PASSWORD);
        }
        byte[] plain = new byte[box.length - TAG_BYTES];
        cipher.processBytes(box, TAG_BYTES, plain.length, plain, 0);
        return plain;
    }

    /** The public key, as X.509 has it. */
    byte[] publicKey() {
        return publicKey.clone();
    }

    /** What names the key: the SHA-256 of its public part, in base64. */
    public String fingerprint() {
        return TrustedKeys.fingerprint(publicKey);
    }

    /** Signs, with SHA-256; the signature's form is DER. */
    byte[] sign(byte[] content) {
        byte[] hash = new byte[KEY_BYTES];
        SHA256Digest digest = new SHA256Digest();
        digest.update(content, 0, content.length);
        digest.doFinal(hash, 0);
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, key);
        BigInteger[] pair = signer.generateSignature(hash);
        try {
            return StandardDSAEncoding.INSTANCE.encode(P256.getN(), pair[0], pair[1]);
        } catch (IOException e) {
            throw new IllegalStateException("a signature has no encoding", e);
        }
    }

    private static EngineException otherKind(String where) {
        return unusable(
                where,
                "it is a key of another kind",
                "use an ECDSA key on the curve P-256, as \"cosign generate-key-pair\" makes it");
    }

    private static EngineException unusable(String where, String why, String fix) {
        return new EngineException(ErrorCode.SUPPLY_KEY, "The key to sign with cannot be used", where, why, fix);
    }

    @Override
    public String toString() {
        return "SigningKey[" + fingerprint() + "]";
    }
}
