package dev.octavo.engine.quality;

import java.security.Provider;
import java.security.Security;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's keystores under a provider of their own. In the command's jars it stands in the place of the one by which
 * SonarQube's scanner library reads truststores, which is ten times as large as the library.
 */
public final class ScannerKeyStores extends Provider {
    private static final long serialVersionUID = 1L;

    public ScannerKeyStores() {
        super("OctavoKeyStores", "1", "the JDK's keystores");
    }

    @Override
    public @Nullable Service getService(String type, String algorithm) {
        for (Provider each : Security.getProviders()) {
            Service found = each.getService(type, algorithm);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
