package dev.octavo.engine.sandbox.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.sandbox.controller.Rollout.Replicas;
import dev.octavo.engine.sandbox.kube.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class RolloutTest {
    private static JsonNode rolling(String surge, String unavailable) {
        return Json.parse("{\"maxSurge\":" + surge + ",\"maxUnavailable\":" + unavailable + "}");
    }

    @ParameterizedTest
    @CsvSource({
        "'\"25%\"', '\"25%\"', 4, 1, 1",
        "'\"25%\"', '\"25%\"', 1, 1, 0",
        "'\"25%\"', '\"25%\"', 10, 3, 2",
        "1, 0, 3, 1, 0",
        "'\"0%\"', '\"10%\"', 3, 0, 1",
        "0, 5, 3, 0, 3",
    })
    void boundsAreNumbersOrPercentages(String surge, String unavailable, int wanted, int maxSurge, int maxUnavailable) {
        JsonNode rolling = rolling(surge, unavailable);

        assertThat(Rollout.maxSurge(rolling, wanted)).isEqualTo(maxSurge);
        assertThat(Rollout.maxUnavailable(rolling, wanted)).isEqualTo(maxUnavailable);
    }

    @Test
    void neverMorePodsThanTheSurgeAllows() {
        Replicas old = new Replicas(3, 3, 3);

        assertThat(Rollout.newReplicas(3, 1, new Replicas(0, 0, 0), List.of(old)))
                .isEqualTo(1);
        assertThat(Rollout.newReplicas(3, 1, new Replicas(1, 1, 0), List.of(old)))
                .isEqualTo(1);
        assertThat(Rollout.newReplicas(3, 0, new Replicas(0, 0, 0), List.of(old)))
                .isZero();
        assertThat(Rollout.newReplicas(3, 1, new Replicas(0, 0, 0), List.of())).isEqualTo(3);
        assertThat(Rollout.newReplicas(1, 1, new Replicas(3, 3, 3), List.of())).isEqualTo(1);
    }

    @Test
    void neverFewerAvailablePodsThanAllowed() {
        Replicas old = new Replicas(3, 3, 3);

        assertThat(Rollout.oldReplicas(3, 0, new Replicas(1, 1, 0), List.of(old)))
                .containsExactly(3);
        assertThat(Rollout.oldReplicas(3, 0, new Replicas(1, 1, 1), List.of(old)))
                .containsExactly(2);
        assertThat(Rollout.oldReplicas(3, 1, new Replicas(0, 0, 0), List.of(old)))
                .containsExactly(2);
        assertThat(Rollout.oldReplicas(3, 0, new Replicas(3, 3, 3), List.of(old)))
                .containsExactly(0);
    }

    @Test
    void podsThatAreNotAvailableGoFirst() {
        Replicas broken = new Replicas(1, 1, 0);
        Replicas good = new Replicas(3, 3, 3);

        assertThat(Rollout.oldReplicas(3, 0, new Replicas(1, 1, 0), List.of(good, broken)))
                .containsExactly(3, 0);
    }
}
