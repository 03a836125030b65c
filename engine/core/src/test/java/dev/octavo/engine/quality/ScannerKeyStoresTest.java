package dev.octavo.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.program.LoopbackCertificate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class ScannerKeyStoresTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @Test
    void readsTheTruststoresThatTheJdkWrites() throws Exception {
        byte[] pem = LoopbackCertificate.make(Clock.systemUTC()).pem().getBytes(StandardCharsets.US_ASCII);
        Certificate certificate =
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
        for (String type : new String[] {"PKCS12", "JKS"}) {
            KeyStore written = KeyStore.getInstance(type);
            written.load(null, null);
            written.setCertificateEntry("authority", certificate);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            written.store(bytes, PASSWORD);

            KeyStore read = KeyStore.getInstance(type, new ScannerKeyStores());
            read.load(new ByteArrayInputStream(bytes.toByteArray()), PASSWORD);

            assertThat(read.getCertificate("authority")).isEqualTo(certificate);
        }
    }

    @Test
    void knowsNoOthers() {
        assertThatThrownBy(() -> KeyStore.getInstance("none", new ScannerKeyStores()))
                .isInstanceOf(KeyStoreException.class);
    }
}
