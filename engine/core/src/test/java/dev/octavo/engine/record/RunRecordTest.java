package dev.octavo.engine.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordTest {
    record Part(String name, int count, Instant at, List<String> some) {}

    private static final Part PART = new Part("a", 1, Instant.parse("2026-11-23T10:00:00Z"), List.of("x", "y"));

    @TempDir
    Path workspace;

    @Test
    void keepsPartsBetweenStages() {
        RunRecord first = RunRecord.open(workspace);
        first.put("source", PART);
        first.put("orders", "tests", PART);
        first.append("gates", PART);

        RunRecord second = RunRecord.open(workspace);

        assertThat(second.get("source", Part.class)).contains(PART);
        assertThat(second.get("orders", "tests", Part.class)).contains(PART);
        assertThat(second.get("orders", "image", Part.class)).isEmpty();
        assertThat(second.list("gates", Part.class)).containsExactly(PART);
        assertThat(second.services()).containsExactly("orders");
    }

    @Test
    void keepsWhyAnOperationFailed() {
        RunRecord.open(workspace)
                .fail(
                        "deploy",
                        new EngineException(ErrorCode.DEPLOY_FAILED, "what", "where", "why", "fix"),
                        Instant.EPOCH);

        assertThat(RunRecord.open(workspace).json())
                .contains("\"operation\" : \"deploy\"", "\"code\" : \"DEPLOY-202\"", "\"fix\" : \"fix\"");
    }

    @Test
    void refusesAFileThatIsNoRecordAndLeavesItAlone() throws IOException {
        Path file = workspace.resolve(".octavo/run.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"schema\": \"other\"}");

        assertThatThrownBy(() -> RunRecord.open(workspace))
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.CONFIG_FILE));
        assertThat(file).hasContent("{\"schema\": \"other\"}");
    }

    @Test
    void leavesNoTemporaryFile() throws IOException {
        RunRecord.open(workspace).put("source", PART);

        try (java.util.stream.Stream<Path> files = Files.list(workspace.resolve(".octavo"))) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("run.json");
        }
    }

    @Test
    void takesOverWhatBranchesHaveAdded(@TempDir Path other) {
        RunRecord record = RunRecord.begin(workspace);
        record.append("deployments", Map.of("service", "before"));
        record.put("orders", "image", Map.of("digest", "1"));
        RunRecord branch = RunRecord.begin(other);
        branch.append("deployments", Map.of("service", "before"));
        branch.append("deployments", Map.of("service", "orders"));
        branch.put("orders", "image", Map.of("digest", "2"));
        branch.put("orders", "rolloutFailed-dev", Map.of("why", "no"));
        branch.put("plan-dev", Map.of("hash", "of one"));

        record.absorb(branch);
        record.absorb(branch);

        RunRecord kept = RunRecord.open(workspace);
        assertThat(kept.list("deployments", Map.class))
                .isEqualTo(List.of(Map.of("service", "before"), Map.of("service", "orders")));
        assertThat(kept.get("orders", "image", Map.class)).contains(Map.of("digest", "1"));
        assertThat(kept.get("orders", "rolloutFailed-dev", Map.class)).isPresent();
        assertThat(kept.get("plan-dev", Map.class)).isEmpty();
    }
}
