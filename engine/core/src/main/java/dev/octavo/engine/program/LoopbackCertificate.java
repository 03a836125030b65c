package dev.octavo.engine.program;

import dev.octavo.engine.api.SecretValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key and a certificate for 127.0.0.1 that signs itself. The JDK can read certificates, but offers nothing to make one.
 *
 * @param context of a server that has the certificate
 * @param pem the certificate as kubeconfigs hold it
 * @param key its private key in PKCS #8, as kubeconfigs hold those
 */
public record LoopbackCertificate(SSLContext context, String pem, SecretValue key) {
    private static final Duration VALID = Duration.ofDays(30);
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final byte[] ECDSA_WITH_SHA256 = {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02};
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};
    private static final byte[] ALTERNATIVE_NAMES = {0x55, 0x1d, 0x11};
    private static final byte[] BASIC_CONSTRAINTS = {0x55, 0x1d, 0x13};
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int BITS = 0x03;
    private static final int OCTETS = 0x04;
    private static final int OBJECT = 0x06;
    private static final int TEXT = 0x0c;
    private static final int TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int DNS_NAME = 0x82;
    private static final int IP_ADDRESS = 0x87;
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;

    /**
     * Makes one that is good for 30 days.
     *
     * @throws GeneralSecurityException where this Java lacks elliptic curves
     */
    public static LoopbackCertificate make(Clock clock) throws GeneralSecurityException, IOException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        byte[] algorithm = der(SEQUENCE, der(OBJECT, ECDSA_WITH_SHA256));
        byte[] body = body(keys, algorithm, clock.instant());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(body);
        byte[] encoded = der(SEQUENCE, body, algorithm, der(BITS, new byte[] {0}, signature.sign()));
        Certificate certificate =
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = new char[0];
        store.setKeyEntry("sandbox", keys.getPrivate(), password, new Certificate[] {certificate});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return new LoopbackCertificate(
                context,
                pem("CERTIFICATE", encoded),
                new SecretValue(pem("PRIVATE KEY", keys.getPrivate().getEncoded())));
    }

    private static String pem(String label, byte[] encoded) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
    }

    private static byte[] body(KeyPair keys, byte[] algorithm, Instant now) throws IOException {
        byte[] name = der(
                SEQUENCE,
                der(
                        SET,
                        der(
                                SEQUENCE,
                                der(OBJECT, COMMON_NAME),
                                der(TEXT, "octavo".getBytes(StandardCharsets.US_ASCII)))));
        byte[] names = der(
                SEQUENCE, der(IP_ADDRESS, LOOPBACK), der(DNS_NAME, "localhost".getBytes(StandardCharsets.US_ASCII)));
        byte[] authority = der(SEQUENCE, der(BOOLEAN, new byte[] {(byte) 0xff}));
        return der(
                SEQUENCE,
                der(VERSION, der(INTEGER, new byte[] {2})),
                der(
                        INTEGER,
                        new BigInteger(63, new SecureRandom())
                                .add(BigInteger.ONE)
                                .toByteArray()),
                algorithm,
                name,
                der(SEQUENCE, time(now.minus(Duration.ofHours(1))), time(now.plus(VALID))),
                name,
                keys.getPublic().getEncoded(),
                der(
                        EXTENSIONS,
                        der(
                                SEQUENCE,
                                der(SEQUENCE, der(OBJECT, BASIC_CONSTRAINTS), der(OCTETS, authority)),
                                der(SEQUENCE, der(OBJECT, ALTERNATIVE_NAMES), der(OCTETS, names)))));
    }

    private static byte[] time(Instant instant) throws IOException {
        return der(TIME, UTC_TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] der(int tag, byte[]... parts) throws IOException {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
        out.write(tag);
        if (length > 255) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length > 127) {
            out.write(0x81);
        }
        out.write(length & 0xff);
        for (byte[] part : parts) {
            out.write(part);
        }
        return out.toByteArray();
    }
}
