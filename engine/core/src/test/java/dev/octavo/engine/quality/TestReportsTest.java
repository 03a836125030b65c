package dev.octavo.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TestReportsTest {
    private static final Instant START = Instant.parse("2026-06-01T12:00:00.5Z");

    @TempDir
    Path module;

    private Path reports;

    @BeforeEach
    void makeFolder() throws IOException {
        reports = Files.createDirectories(module.resolve("target/surefire-reports"));
    }

    private Path report(String name, String xml) throws IOException {
        Path file = Files.writeString(reports.resolve("TEST-" + name + ".xml"), xml);
        Files.setLastModifiedTime(file, FileTime.from(START.plusSeconds(5)));
        return file;
    }

    private TestSummary read() {
        return TestReports.read(List.of(reports), START, List.of(module.resolve("src/test/java")));
    }

    private void assertFails(ErrorCode code, String part) {
        assertThatThrownBy(this::read).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.describe()).contains(part);
        });
    }

    @Test
    void countsTestsOfAllReportsAndNamesTheSlowest() throws IOException {
        report("shop.A", """
                <testsuite name="shop.A" tests="2"><properties><property name="x" value="y"/></properties>
                  <testcase name="quick" classname="shop.A" time="0.01"/>
                  <testcase name="slow" classname="shop.A" time="1,002.5"><system-out>a &lt; b</system-out></testcase>
                </testsuite>""");
        report("shop.B", """
                <testsuites><testsuite name="shop.B">
                  <testcase name="skipped" classname="shop.B" time="0"><skipped message="later"/></testcase>
                  <testcase name="odd" classname="shop.B" time="soon"/>
                </testsuite></testsuites>""");

        TestSummary summary = read();

        assertThat(summary.tests()).isEqualTo(4);
        assertThat(summary.passed()).isEqualTo(3);
        assertThat(summary.skipped()).isEqualTo(1);
        assertThat(summary.hasFailures()).isFalse();
        assertThat(summary.seconds()).isEqualTo(1002.51);
        assertThat(summary.slowest()).first().isEqualTo(new SlowTest("shop.A", "slow", 1002.5));
        assertThat(summary.reports()).hasSize(2).first().asString().endsWith("TEST-shop.A.xml");
        assertThat(summary.describe()).isEqualTo("3 tests passed, 1 skipped");
    }

    @Test
    void namesAFailuresMessageFileAndLine() throws IOException {
        Path source = module.resolve("src/test/java/shop/CatalogTest.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "");
        report("shop.CatalogTest", """
                <testsuite>
                  <testcase name="finds" classname="shop.CatalogTest" time="0.1">
                    <failure message="expected: 1&#10; but was: 2" type="AssertionError"><![CDATA[org.opentest4j.AssertionFailedError: expected
                	at org.assertj.Api.fail(Api.java:1)
                	at app//shop.Helper.check(Helper.java:9)
                	at app//shop.CatalogTest.lambda$finds$0(CatalogTest.java:42)
                	at app//shop.CatalogTest.finds(CatalogTest.java:40)]]></failure>
                  </testcase>
                  <testcase name="nested" classname="shop.CatalogTest$Empty" time="0.1">
                    <error type="java.lang.IllegalStateException">java.lang.IllegalStateException: boom
                	at java.base/java.util.Objects.x(Objects.java:3)
                	at shop.CatalogTest$Empty.nested(CatalogTest.java:77)
                Caused by: x</error>
                  </testcase>
                  <testcase name="" classname="shop.Elsewhere" time="0"><error message="no engine"/></testcase>
                </testsuite>""");

        TestSummary summary = read();

        assertThat(summary.failures()).isEqualTo(1);
        assertThat(summary.errors()).isEqualTo(2);
        assertThat(summary.failed()).hasSize(3);
        FailedTest first = summary.failed().get(0);
        assertThat(first.name()).isEqualTo("CatalogTest.finds");
        assertThat(first.message()).isEqualTo("expected: 1 but was: 2");
        assertThat(first.place()).endsWith("src/test/java/shop/CatalogTest.java:42");
        FailedTest second = summary.failed().get(1);
        assertThat(second.name()).isEqualTo("CatalogTest.Empty.nested");
        assertThat(second.message()).isEqualTo("java.lang.IllegalStateException: boom");
        assertThat(second.line()).isEqualTo(77);
        FailedTest third = summary.failed().get(2);
        assertThat(third.name()).isEqualTo("Elsewhere");
        assertThat(third.place()).isEmpty();
    }

    @Test
    void countsARetriedTestByItsLastTry() throws IOException {
        report("shop.A", """
                <testsuite>
                  <testcase name="flaky" classname="shop.A"><flakyFailure message="x"><stackTrace>s</stackTrace></flakyFailure></testcase>
                  <testcase name="broken" classname="shop.A"><failure message="x">t</failure><rerunFailure message="y"/></testcase>
                </testsuite>""");

        assertThat(read().describe()).isEqualTo("1 test passed, 1 failed");
    }

    @Test
    void leavesReportsOfEarlierRunsOut() throws IOException {
        Path old = report("shop.Old", "<testsuite><testcase name=\"a\" classname=\"shop.Old\"/></testsuite>");
        Files.setLastModifiedTime(old, FileTime.from(START.minusSeconds(60)));
        assertFails(ErrorCode.TEST_REPORT, "older than this run");

        Path wholeSeconds = report("shop.New", "<testsuite><testcase name=\"a\" classname=\"shop.New\"/></testsuite>");
        Files.setLastModifiedTime(wholeSeconds, FileTime.from(Instant.parse("2026-06-01T12:00:00Z")));

        assertThat(read().reports()).singleElement().asString().contains("shop.New");
    }

    @Test
    void takesNoTestForAFailure() throws IOException {
        assertFails(ErrorCode.TEST_NONE, "no report with a test");
        report("shop.Empty", "<testsuite tests=\"0\"/>");
        assertFails(ErrorCode.TEST_NONE, "no report with a test");
        report("shop.Skipped", "<testsuite><testcase name=\"a\" classname=\"b\"><skipped/></testcase></testsuite>");
        assertFails(ErrorCode.TEST_NONE, "all 1 tests are skipped");
        assertThatThrownBy(() -> TestReports.read(List.of(module.resolve("absent")), START, List.of()))
                .isInstanceOf(EngineException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<testsuite><testcase name=\"a\"",
                "<testsuite><testcase name=\"a\" classname=\"b\"/>",
                "not xml",
                "<html><body>404</body></html>",
                "<testsuite>&unknown;</testsuite>",
                "<testsuite>\u0000</testsuite>"
            })
    void refusesWhatIsNoReport(String text) throws IOException {
        report("shop.Bad", text);

        assertFails(ErrorCode.TEST_REPORT, "TEST-shop.Bad.xml");
    }

    @Test
    void opensNoFileThatAReportNames() throws IOException {
        Path secret = Files.writeString(module.resolve("secret.txt"), "s3cret");
        report(
                "shop.Evil",
                "<!DOCTYPE testsuite [<!ENTITY x SYSTEM \"" + secret.toUri() + "\">]>"
                        + "<testsuite><testcase name=\"a\" classname=\"b\"><failure>&x;</failure></testcase></testsuite>");

        assertFails(ErrorCode.TEST_REPORT, "document type");
    }

    @Test
    void refusesADocumentThatGrowsWhenRead() throws IOException {
        StringBuilder bomb = new StringBuilder("<!DOCTYPE t [<!ENTITY a0 \"aaaaaaaaaa\">");
        for (int i = 1; i < 12; i++) {
            bomb.append("<!ENTITY a")
                    .append(i)
                    .append(" \"")
                    .append(("&a" + (i - 1) + ";").repeat(10))
                    .append("\">");
        }
        report("shop.Bomb", bomb + "]><testsuite>&a11;</testsuite>");

        assertFails(ErrorCode.TEST_REPORT, "document type");
    }

    @Test
    void readsAReportWithMuchOutputInLittleMemory() throws IOException {
        Path file = report("shop.Loud", "");
        try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            writer.write("<testsuite><testcase name=\"a\" classname=\"b\"><failure message=\"m\">");
            String line = "x".repeat(1023) + "\n";
            for (int i = 0; i < 20_000; i++) {
                writer.write(line);
            }
            writer.write("</failure><system-out><![CDATA[");
            for (int i = 0; i < 20_000; i++) {
                writer.write(line);
            }
            writer.write("]]></system-out></testcase></testsuite>");
        }

        assertThat(read().failures()).isEqualTo(1);
    }

    @Test
    void findsTheFoldersOfMavenAndGradle() throws IOException {
        Path gradle = Files.createDirectories(module.resolve("build/test-results/integrationTest"));
        Path failsafe = Files.createDirectories(module.resolve("target/failsafe-reports"));

        assertThat(TestReports.directoriesOf(module)).containsExactlyInAnyOrder(reports, failsafe, gradle);
    }
}
