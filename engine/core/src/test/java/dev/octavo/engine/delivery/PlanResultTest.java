package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.cluster.Plan;
import dev.octavo.engine.quality.TestSummary;
import dev.octavo.engine.record.RunRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanResultTest {
    @TempDir
    Path folder;

    @Test
    void testsAreCountedByHowTheyEnded() {
        TestSummary tests = new TestSummary(12, 1, 2, 3, 0, List.of(), List.of(), List.of());

        assertThat(PlanResult.TestCounts.of(tests)).isEqualTo(new PlanResult.TestCounts(6, 3, 3));
    }

    @Test
    void aPlanOfAnOlderEngineIsReadWithoutNumbers() {
        RunRecord.open(folder)
                .put(
                        "plan-dev",
                        Map.of(
                                "environment",
                                "dev",
                                "services",
                                List.of(Map.of(
                                        "service",
                                        "orders",
                                        "digest",
                                        "",
                                        "tests",
                                        "not run",
                                        "quality",
                                        "",
                                        "plan",
                                        new Plan(
                                                "dev",
                                                "",
                                                "",
                                                List.of(),
                                                List.of(),
                                                Map.of(),
                                                List.of(),
                                                List.of(),
                                                "sha256:2"))),
                                "hash",
                                "sha256:1",
                                "question",
                                "?"));

        PlanResult read =
                RunRecord.open(folder).get("plan-dev", PlanResult.class).orElseThrow();

        assertThat(read.hash()).isEqualTo("sha256:1");
        assertThat(read.services().get(0).testCounts()).isNull();
    }
}
