package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PodSelectorsTest {
    private static List<String> queries(List<Map<String, String>> labels) {
        return PodSelectors.queries(labels).stream()
                .map(query -> URLDecoder.decode(query, StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void chooseThePodsOfOneWorkloadByAllItsLabels() {
        assertThat(queries(List.of(Map.of("app", "web", "tier", "front"))))
                .containsExactly("labelSelector=app=web,tier=front");
    }

    @Test
    void chooseThePodsOfSeveralByTheLabelThatTellsThemApart() {
        assertThat(queries(List.of(Map.of("app", "a", "part-of", "shop"), Map.of("app", "b", "part-of", "shop"))))
                .containsExactly("labelSelector=app in (a,b)");
    }

    @Test
    void needAFurtherWatchForAWorkloadWithOtherLabels() {
        assertThat(queries(List.of(Map.of("app", "a"), Map.of("app", "b"), Map.of("job-name", "migrate"))))
                .containsExactly("labelSelector=app in (a,b)", "labelSelector=job-name=migrate");
    }

    @Test
    void seeAllPodsWhereLabelsDoNotChoose() {
        assertThat(queries(List.of(Map.of("app", "a"), Map.of()))).containsExactly("");
        assertThat(queries(IntStream.range(0, 10)
                        .mapToObj(i -> Map.of("key" + i, "value"))
                        .toList()))
                .containsExactly("");
    }
}
