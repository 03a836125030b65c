package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.board.Board;
import dev.octavo.engine.cluster.Release;
import dev.octavo.engine.cluster.Releases;
import dev.octavo.engine.git.TestRepository;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardOperationTest {
    @TempDir
    private Path root;

    private BoardResult board(List<String> environments, Map<String, String> namespaces) {
        BoardRequest request = new BoardRequest(
                "", environments, "", namespaces, "none", Map.of(), "", Map.of(), "prod", 12, true, "", "");
        return new BoardOperation().run(request, TestRepository.context(root, Map.of()));
    }

    @Test
    void aSettingForAnEnvironmentThatIsNotShownIsAMistake() {
        assertThatThrownBy(() -> board(List.of("dev"), Map.of("prd", "shop-prod")))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
                    assertThat(e.why()).startsWith("prd: not among");
                });
    }

    @Test
    void failsWhereNoClusterCanBeRead() {
        assertThatThrownBy(() -> board(List.of("dev", "prod"), Map.of()))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_KUBECONFIG));
    }

    @Test
    void takesSeveralEnvironmentsWithCommasBetweenThem() {
        assertThatThrownBy(() -> board(List.of("dev, prod"), Map.of("prod", "shop-prod")))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLUSTER_KUBECONFIG));
    }

    @Test
    void isATableOnATerminal() {
        Release failed = release(2, Release.Status.FAILED);
        Release running = release(1, Release.Status.DEPLOYED);
        Board board = Board.of(
                List.of(new Releases.Standing(
                        "https://c.test", new Releases.History(List.of(failed, running), List.of()), Map.of())),
                List.of(),
                "prod",
                12,
                List.of(),
                Instant.parse("2026-11-25T12:00:00Z"));

        BoardResult result = BoardResult.of(board);

        assertThat(result.text().lines())
                .containsExactly(
                        "SERVICE  ENVIRONMENT  VERSION  HEALTH                      RELEASE           AT                   "
                                + " COMMIT   IMAGE         BY     RUN",
                        "shop     prod         v1.1     unknown: nobody has looked  1, then 2 failed  2026-11-24T12:00:00Z"
                                + "  0a1b2c3  0123456789ab  alice  https://ci.test/1/",
                        "deployments to prod in 12 weeks: 2, 1 of them failed");
        assertThat(result.services().get(0).places().get(0).running()).isEqualTo(1);
    }

    private static Release release(int number, Release.Status status) {
        return new Release(
                "shop",
                "prod",
                "shop-prod",
                number,
                status,
                "",
                Map.of(
                        "version",
                        "v1." + number,
                        "commit",
                        "0a1b2c3d",
                        "approver",
                        "alice",
                        "run",
                        "https://ci.test/1/"),
                List.of("r/shop:1@sha256:0123456789abcdef"),
                "",
                1,
                -1,
                Instant.parse("2026-11-24T12:00:00Z"),
                Instant.parse("2026-11-24T12:01:00Z"));
    }
}
