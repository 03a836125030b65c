package dev.octavo.engine.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScanGateTest {
    private static final String DIGEST = "sha256:" + "a".repeat(64);
    private static final Clock NOW = Clock.fixed(Instant.parse("2026-06-15T12:00:00Z"), ZoneOffset.UTC);
    private static final String TRIVY = """
            {"SchemaVersion":2,"CreatedAt":"2026-06-15T10:00:00.123+08:00","ArtifactName":"r.example/shop/catalog@%s",
             "Results":[{"Target":"app","Vulnerabilities":[
              {"VulnerabilityID":"CVE-2026-1","PkgName":"openssl","InstalledVersion":"3.0","FixedVersion":"3.1","Severity":"HIGH"},
              {"VulnerabilityID":"CVE-2026-2","PkgName":"zlib","InstalledVersion":"1.2","Severity":"LOW"}]},
              {"Target":"nothing"}]}
            """.formatted(DIGEST);
    private static final String GRYPE = """
            {"matches":[{"vulnerability":{"id":"CVE-2026-1","severity":"Critical","fix":{"versions":["3.1"]}},
              "artifact":{"name":"openssl","version":"3.0"}}],
             "source":{"target":{"manifestDigest":"%s"}},"descriptor":{"name":"grype","timestamp":"2026-06-15T11:00:00Z"}}
            """.formatted(DIGEST);
    private static final String SARIF = """
            {"version":"2.1.0","runs":[{"tool":{"driver":{"name":"Snyk","rules":[
              {"id":"CVE-2026-1","properties":{"security-severity":"7.5"}},
              {"id":"CVE-2026-2","defaultConfiguration":{"level":"note"}}]}},
             "results":[{"ruleId":"CVE-2026-1","level":"warning"},{"ruleId":"CVE-2026-2"},
              {"ruleId":"CVE-2026-3","level":"error","suppressions":[{"kind":"external"}]}]}]}
            """;

    @TempDir
    Path folder;

    private Path report;

    @BeforeEach
    void start() {
        report = folder.resolve("report.json");
    }

    private void write(String text) throws IOException {
        Files.writeString(report, text);
        Files.setLastModifiedTime(report, FileTime.from(NOW.instant()));
    }

    private List<Vulnerability> check(Severity severity, Acceptances accepted) {
        return new ScanGate(severity, accepted, Duration.ofHours(24)).check(report, "catalog", Set.of(DIGEST), NOW);
    }

    private Acceptances accepting(String yaml) throws IOException {
        return Acceptances.read(Files.writeString(folder.resolve("accepted.yaml"), yaml));
    }

    @Test
    void readsWhatTrivyReports() throws IOException {
        write(TRIVY);

        assertThat(check(Severity.CRITICAL, Acceptances.none()))
                .extracting(Vulnerability::describe)
                .containsExactly("CVE-2026-1 high in openssl 3.0, fixed in 3.1", "CVE-2026-2 low in zlib 1.2");
        assertFails(
                () -> check(Severity.HIGH, Acceptances.none()),
                ErrorCode.SCAN_FOUND,
                "CVE-2026-1 high in openssl 3.0, fixed in 3.1");
    }

    @Test
    void readsWhatGrypeReports() throws IOException {
        write(GRYPE);

        assertFails(() -> check(Severity.CRITICAL, Acceptances.none()), ErrorCode.SCAN_FOUND, "CVE-2026-1 critical");
    }

    @Test
    void readsSarifByScoreThenByLevelWithoutWhatItHoldsBack() throws IOException {
        write(SARIF);

        assertThat(check(Severity.CRITICAL, Acceptances.none()))
                .extracting(Vulnerability::describe)
                .containsExactly("CVE-2026-1 high", "CVE-2026-2 low");
    }

    @Test
    void letsPassWhatIsAcceptedUntilItsLastDay() throws IOException {
        write(TRIVY);

        List<Vulnerability> found = check(
                Severity.HIGH,
                accepting("- {id: CVE-2026-1, component: openssl, until: 2026-06-15, reason: not reachable}"));

        assertThat(found.get(0).accepted()).isEqualTo("until 2026-06-15: not reachable");
        assertFails(
                () -> check(Severity.HIGH, accepting("- {id: CVE-2026-1, until: 2026-06-14, reason: not reachable}")),
                ErrorCode.SCAN_FOUND,
                "CVE-2026-1 was accepted until 2026-06-14");
        assertFails(
                () -> check(
                        Severity.HIGH,
                        accepting("- {id: CVE-2026-1, component: zlib, until: 2027-01-01, reason: not reachable}")),
                ErrorCode.SCAN_FOUND,
                "openssl");
    }

    @Test
    void acceptsNothingWithoutAReasonAndALastDay() {
        assertFails(
                () -> accepting("- {id: CVE-2026-1}\n- {until: 2026-13-40, reason: r, id: x}\n- text\n"),
                ErrorCode.CONFIG_FILE,
                "entry 1 has no reason\nentry 1 has no last day: until: 2026-12-31\nentry 2 has no last day: until:"
                        + " 2026-12-31\nentry 3 is no map");
        assertFails(() -> accepting("id: CVE-2026-1\n"), ErrorCode.CONFIG_FILE, "no list");
        assertFails(() -> accepting("- [\n"), ErrorCode.CONFIG_FILE, "cannot be read");
        assertFails(
                () -> accepting("- {id: a, until: 2026-06-15, reason: r, package: p}"),
                ErrorCode.CONFIG_FILE,
                "package, which nothing knows");
    }

    @Test
    void failsWithoutAReportThatCanBeUsed() throws IOException {
        assertFails(() -> check(Severity.HIGH, Acceptances.none()), ErrorCode.SCAN_REPORT, "no such file");
        write("<html>");
        assertFails(() -> check(Severity.HIGH, Acceptances.none()), ErrorCode.SCAN_REPORT, "no JSON");
        write("{}");
        assertFails(() -> check(Severity.HIGH, Acceptances.none()), ErrorCode.SCAN_REPORT, "neither");
    }

    @Test
    void failsWithAnOldReportOrThatOfAnotherImage() throws IOException {
        write(GRYPE.replace("2026-06-15T11", "2026-06-14T11"));
        assertFails(() -> check(Severity.CRITICAL, Acceptances.none()), ErrorCode.SCAN_REPORT, "older than 24 h");

        write(GRYPE.replace("a".repeat(64), "b".repeat(64)));
        assertFails(() -> check(Severity.CRITICAL, Acceptances.none()), ErrorCode.SCAN_REPORT, "b".repeat(64));
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code, String why) {
        assertThatThrownBy(call).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.why()).contains(why);
        });
    }
}
