package io.jenkins.plugins.octavo.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.jvnet.localizer.LocaleProvider;

/** The words about tests and quality that a reader sees. */
class PlannedChecksTest {
    private final LocaleProvider before = LocaleProvider.getProvider();
    private Locale locale = Locale.ENGLISH;

    @BeforeEach
    void reader() {
        LocaleProvider.setProvider(new LocaleProvider() {
            @Override
            public Locale get() {
                return locale;
            }
        });
    }

    @AfterEach
    void nobody() {
        LocaleProvider.setProvider(before);
    }

    private static PlannedChecks of(String json) throws IOException {
        return PlannedChecks.of((Map<?, ?>) PlanJson.read(json));
    }

    @Test
    void areMadeFromTheNumbersInTheReadersLanguage() throws IOException {
        PlannedChecks checks = of("""
            {"tests": "19 tests passed, 1 skipped", "testCounts": {"passed": 19, "failed": 0, "skipped": 1},
             "quality": "the quality gate is green: 3 conditions are met",
             "qualityGate": {"status": "OK", "conditions": 3, "unmet": 0, "url": "https://sonar.example/d"}}\
            """);

        assertEquals("19 passed, 0 failed, 1 skipped", checks.testSentence());
        assertEquals("the quality gate is green: 3 conditions are met", checks.qualitySentence());
        assertEquals("https://sonar.example/d", checks.qualityUrl());
        locale = Locale.SIMPLIFIED_CHINESE;
        assertEquals(
                "\u901a\u8fc7 19 \u4e2a\uff0c\u5931\u8d25 0 \u4e2a\uff0c\u8df3\u8fc7 1 \u4e2a", checks.testSentence());
        assertEquals(
                "\u8d28\u91cf\u95e8\u901a\u8fc7\uff1a3 \u4e2a\u6761\u4ef6\u5168\u90e8\u6ee1\u8db3",
                checks.qualitySentence());
    }

    @Test
    void areTheEnginesWhereThePlanHasNoNumbers() throws IOException {
        PlannedChecks checks = of("{\"tests\": \"42 tests passed\", \"quality\": \"coverage 83 %\"}");

        locale = Locale.SIMPLIFIED_CHINESE;
        assertEquals("42 tests passed", checks.testSentence());
        assertEquals("coverage 83 %", checks.qualitySentence());
        assertEquals("", checks.qualityUrl());
    }

    @Test
    void sayInTheReadersLanguageThatNothingWasRun() throws IOException {
        PlannedChecks checks = of(
                "{\"tests\": \"not run\", \"testCounts\": null, \"quality\": \"not analysed\", \"qualityGate\": null}");

        assertEquals("not run", checks.testSentence());
        locale = Locale.SIMPLIFIED_CHINESE;
        assertEquals("\u672a\u8fd0\u884c", checks.testSentence());
        assertEquals("\u672a\u5206\u6790", checks.qualitySentence());
    }

    @Test
    void linkNothingButTheWeb() throws IOException {
        assertEquals(
                "",
                of("{\"qualityGate\": {\"status\": \"OK\", \"url\": \"javascript:alert(1)\"}}")
                        .qualityUrl());
    }
}
