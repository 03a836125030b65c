package dev.octavo.engine.quality;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.sonarsource.scanner.lib.EnvironmentConfig;
import org.sonarsource.scanner.lib.ScannerEngineBootstrapResult;
import org.sonarsource.scanner.lib.ScannerEngineBootstrapper;
import org.sonarsource.scanner.lib.ScannerEngineFacade;

/**
 * SonarQube's scanner library in a process of its own: it loads what the server gives it, takes memory and writes to standard
 * output as it likes. Its only word is a file with properties; address and token are in the variables that all scanners of
 * SonarQube know.
 */
public final class ScannerProgram {
    private ScannerProgram() {}

    /** Analyses, and ends with 0 where that went well. */
    public static void main(String[] words) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(words[0]), StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        Map<String, String> all = new HashMap<>(EnvironmentConfig.load());
        properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
        System.exit(isAnalysed(all) ? 0 : 1);
    }

    private static boolean isAnalysed(Map<String, String> properties) {
        String version =
                Objects.requireNonNullElse(ScannerProgram.class.getPackage().getImplementationVersion(), "development");
        try (ScannerEngineBootstrapResult started = ScannerEngineBootstrapper.create("Octavo", version)
                .addBootstrapProperties(properties)
                .bootstrap()) {
            if (!started.isSuccessful()) {
                return false;
            }
            try (ScannerEngineFacade engine = started.getEngineFacade()) {
                return engine.analyze(properties);
            }
        } catch (Exception e) {
            for (Throwable each = e; each != null; each = each.getCause()) {
                System.out.println("ERROR " + each);
            }
            return false;
        }
    }
}
