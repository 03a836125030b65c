package dev.octavo.engine.image.registry;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates are believed. */
final class Trust {
    private Trust() {}

    /**
     * The JVM's authorities and those of a PEM file.
     *
     * @throws EngineException {@link ErrorCode#CONFIG_FILE} where it cannot be read
     */
    static SSLContext with(Path certificates, String registry) {
        try {
            return trusting(certificates);
        } catch (IOException | GeneralSecurityException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The certificates for the registry cannot be read",
                    certificates.toString(),
                    String.valueOf(e.getMessage()),
                    "name a PEM file that holds the certificate of the authority of " + registry,
                    e);
        }
    }

    private static SSLContext trusting(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (X509Certificate each : systemAuthorities()) {
            store.setCertificateEntry("system-" + store.size(), each);
        }
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("added-" + store.size(), each);
            }
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers(store), null);
        return context;
    }

    private static X509Certificate[] systemAuthorities() throws GeneralSecurityException {
        for (TrustManager manager : managers(null)) {
            if (manager instanceof X509TrustManager x509) {
                return x509.getAcceptedIssuers();
            }
        }
        return new X509Certificate[0];
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
