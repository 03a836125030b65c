package dev.octavo.engine.scan;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A scanner's report: the JSON of Trivy or Grype, or SARIF of any.
 *
 * @param scanner its name, as far as it is known
 * @param at when it was made
 * @param digests of the images that it names; none where it names none
 */
public record ScanReport(String scanner, Instant at, Set<String> digests, List<Vulnerability> found) {
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    public ScanReport {
        digests = Set.copyOf(digests);
        found = List.copyOf(found);
    }

    /**
     * Reads one.
     *
     * @throws EngineException {@link ErrorCode#SCAN_REPORT} where there is none, or it isn't understood
     */
    public static ScanReport read(Path file) {
        JsonNode root;
        Instant written;
        try {
            root = JsonMapper.shared().readTree(Files.readAllBytes(file));
            written = Files.getLastModifiedTime(file).toInstant();
        } catch (NoSuchFileException e) {
            throw unusable(file, "there is no such file", e);
        } catch (IOException | JacksonException e) {
            throw unusable(file, "it is no JSON that can be read", e);
        }
        if (root.path("Results").isArray() || root.has("SchemaVersion")) {
            return trivy(root, written);
        }
        if (root.path("matches").isArray()) {
            return grype(root, written);
        }
        if (root.path("runs").isArray()) {
            return sarif(root, written);
        }
        throw unusable(file, "it is neither a report of Trivy or Grype, nor SARIF", null);
    }

    private static ScanReport trivy(JsonNode root, Instant written) {
        List<Vulnerability> found = new ArrayList<>();
        for (JsonNode result : root.path("Results")) {
            for (JsonNode each : result.path("Vulnerabilities")) {
                found.add(new Vulnerability(
                        text(each, "VulnerabilityID"),
                        Severity.ofScanner(text(each, "Severity")),
                        text(each, "PkgName"),
                        text(each, "InstalledVersion"),
                        text(each, "FixedVersion"),
                        ""));
            }
        }
        JsonNode metadata = root.path("Metadata");
        Set<String> digests = new TreeSet<>();
        digestsIn(digests, text(root, "ArtifactName"), text(metadata, "ImageID"));
        metadata.path("RepoDigests").forEach(each -> digestsIn(digests, each.asString("")));
        return new ScanReport("Trivy", time(text(root, "CreatedAt"), written), digests, found);
    }

    private static ScanReport grype(JsonNode root, Instant written) {
        List<Vulnerability> found = new ArrayList<>();
        for (JsonNode each : root.path("matches")) {
            List<String> fixed = new ArrayList<>();
            each.path("vulnerability").path("fix").path("versions").forEach(one -> fixed.add(one.asString("")));
            found.add(new Vulnerability(
                    text(each.path("vulnerability"), "id"),
                    Severity.ofScanner(text(each.path("vulnerability"), "severity")),
                    text(each.path("artifact"), "name"),
                    text(each.path("artifact"), "version"),
                    String.join(", ", fixed),
                    ""));
        }
        JsonNode target = root.path("source").path("target");
        Set<String> digests = new TreeSet<>();
        digestsIn(digests, text(target, "manifestDigest"), text(target, "imageID"), text(target, "userInput"));
        target.path("repoDigests").forEach(each -> digestsIn(digests, each.asString("")));
        return new ScanReport("Grype", time(text(root.path("descriptor"), "timestamp"), written), digests, found);
    }

    private static ScanReport sarif(JsonNode root, Instant written) {
        List<Vulnerability> found = new ArrayList<>();
        Set<String> digests = new TreeSet<>();
        String scanner = "";
        Instant at = null;
        for (JsonNode run : root.path("runs")) {
            JsonNode driver = run.path("tool").path("driver");
            scanner = scanner.isEmpty() ? text(driver, "name") : scanner;
            for (JsonNode invocation : run.path("invocations")) {
                at = time(text(invocation, "endTimeUtc"), at == null ? written : at);
            }
            digestsIn(digests, run.path("properties").toString());
            Map<String, JsonNode> rules = new HashMap<>();
            driver.path("rules").forEach(rule -> rules.put(text(rule, "id"), rule));
            for (JsonNode each : run.path("results")) {
                JsonNode rule = rules.getOrDefault(
                        text(each, "ruleId"), JsonMapper.shared().createObjectNode());
                // what the report itself holds back is not found
                if (each.path("suppressions").isEmpty()) {
                    found.add(new Vulnerability(text(each, "ruleId"), severity(each, rule), place(each), "", "", ""));
                }
            }
        }
        return new ScanReport(scanner.isEmpty() ? "SARIF" : scanner, at == null ? written : at, digests, found);
    }

    private static Severity severity(JsonNode result, JsonNode rule) {
        String score = text(rule.path("properties"), "security-severity");
        try {
            if (!score.isEmpty()) {
                return Severity.ofScore(Double.parseDouble(score));
            }
        } catch (NumberFormatException e) {
            // the level tells as well
        }
        String level = text(result, "level");
        if (level.isEmpty()) {
            level = text(rule.path("defaultConfiguration"), "level");
        }
        return switch (level) {
            case "error" -> Severity.HIGH;
            case "note" -> Severity.LOW;
            case "none" -> Severity.NEGLIGIBLE;
            default -> Severity.MEDIUM; // as SARIF has it where nothing is said
        };
    }

    private static String place(JsonNode result) {
        return text(result.path("locations").path(0).path("physicalLocation").path("artifactLocation"), "uri");
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).asString("");
    }

    private static void digestsIn(Set<String> digests, String... texts) {
        for (String text : texts) {
            Matcher matcher = DIGEST.matcher(text);
            while (matcher.find()) {
                digests.add(matcher.group());
            }
        }
    }

    private static Instant time(String text, Instant otherwise) {
        try {
            return text.isEmpty() ? otherwise : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return otherwise;
        }
    }

    static EngineException unusable(Path file, String why, @Nullable Throwable cause) {
        return new EngineException(
                ErrorCode.SCAN_REPORT,
                "The scanner's report cannot be used",
                file.toString(),
                why,
                "let the scanner write it: trivy image --format json, grype -o json, or SARIF of another one",
                cause);
    }
}
