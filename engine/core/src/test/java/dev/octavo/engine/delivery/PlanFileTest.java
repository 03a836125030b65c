package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.Plan;
import dev.octavo.engine.cluster.PlannedObject;
import dev.octavo.engine.cluster.PlannedObject.Change;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanFileTest {
    @TempDir
    private Path directory;

    private Path file;
    private PlanResult result;

    @BeforeEach
    void setUp() throws IOException {
        file = directory.resolve("plan.json");
        Plan plan = Plan.of(
                "prod",
                "https://cluster.test",
                "shop-prod",
                List.of(new PlannedObject(
                        "ConfigMap",
                        "v1",
                        "shop-prod",
                        "c",
                        Change.CREATE,
                        "a.yaml",
                        1,
                        List.of(),
                        List.of(),
                        "w",
                        "m")),
                List.of(),
                Map.of("r/shop", "sha256:1"),
                List.of(),
                List.of());
        List<PlanResult.Planned> planned = List.of(new PlanResult.Planned("catalog", "", "", "", plan, null, null));
        result = new PlanResult(
                "prod", "v1.0.0", "0a1b2c3", planned, Deployment.hash(planned), "Deploy?", null, null, null);
        Files.writeString(file, RunRecord.json(result));
    }

    @Test
    void isReadAsItWasWritten() {
        assertThat(PlanFile.read(file, "prod")).isEqualTo(result);
    }

    @Test
    void isRefusedWhereItWasEdited() throws IOException {
        for (String[] edit : new String[][] {
            {"\"CREATE\"", "\"UNCHANGED\""}, {"sha256:1\"", "sha256:2\""}, {"\"name\" : \"c\"", "\"name\" : \"d\""}
        }) {
            String text = RunRecord.json(result).replaceAll("\"\\s*:\\s*\"", "\" : \"");
            assertThat(text).contains(edit[0]);
            Files.writeString(file, text.replace(edit[0], edit[1]));

            refuses("prod", ErrorCode.CONFIG_FILE, "it was changed after it was made");
        }
    }

    @Test
    void isRefusedWhereItIsCutOffOrNoPlan() throws IOException {
        String text = RunRecord.json(result);
        for (String broken : List.of(text.substring(0, text.length() / 2), "", "{}", "[]", "null")) {
            Files.writeString(file, broken);

            refuses("prod", ErrorCode.CONFIG_FILE, "only the beginning of one");
        }
    }

    @Test
    void isRefusedForAnotherEnvironment() {
        refuses("dev", ErrorCode.CONFIG_INVALID, "it is for prod, and dev was asked for");
    }

    @Test
    void isMissed() throws IOException {
        Files.delete(file);

        refuses("prod", ErrorCode.CONFIG_FILE, "the file does not exist");
    }

    private void refuses(String environment, ErrorCode code, String why) {
        assertThatThrownBy(() -> PlanFile.read(file, environment)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.why()).contains(why);
            assertThat(e.where()).isEqualTo(file.toString());
            assertThat(e.fix()).isNotBlank();
        });
    }
}
