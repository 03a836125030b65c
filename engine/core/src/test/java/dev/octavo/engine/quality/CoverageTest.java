package dev.octavo.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CoverageTest {
    private static final Instant START = Instant.parse("2026-06-01T12:00:00.700Z");

    @TempDir
    Path build;

    private Path file(String name, Instant written) throws IOException {
        Path file = build.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "<report/>");
        return Files.setLastModifiedTime(file, FileTime.from(written));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "target/site/jacoco/jacoco.xml",
                "orders/target/site/jacoco/jacoco.xml",
                "orders/target/site/jacoco-it/jacoco.xml",
                "report/target/site/jacoco-aggregate/jacoco.xml",
                "orders/build/reports/jacoco/test/jacocoTestReport.xml",
                "build/reports/jacoco/testCodeCoverageReport/testCodeCoverageReport.xml"
            })
    void findsReportsWhereBuildsLeaveThem(String name) throws IOException {
        Path report = file(name, START.plusSeconds(1));

        assertThat(Coverage.below(build, START).reports()).containsExactly(report);
    }

    @Test
    void takesNoReportOfAnEarlierRun() throws IOException {
        file("target/site/jacoco/jacoco.xml", START.minusSeconds(60));
        file("target/site/checkstyle.xml", START.plusSeconds(1));
        file("src/test/resources/target/site/jacoco/jacoco.xml", START.plusSeconds(1));

        assertThat(Coverage.below(build, START)).isEqualTo(new Coverage(List.of(), false));
    }

    @Test
    void knowsThatSomethingWasMeasuredAndNotReported() throws IOException {
        file("orders/target/jacoco.exec", START);

        Coverage coverage = Coverage.below(build, START);

        assertThat(coverage.reports()).isEmpty();
        assertThat(coverage.measured()).isTrue();
    }
}
