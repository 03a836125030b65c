package dev.octavo.engine.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestsTest {
    record Sample(
            @Input("a name") String service,

            @Input(value = "an address", required = true, environment = "SAMPLE_URL")
            String url,

            @Input(value = "how often", defaultValue = "3") int times,
            @Input("whether") boolean really,
            @Input("some") List<String> some,
            @Input("more") Map<String, String> more) {}

    @Test
    void takesValuesFromOptionsThenVariablesThenDefaults() {
        Sample sample = Requests.bind(
                "sample", Sample.class, Map.of("service", "orders"), Map.of("SAMPLE_URL", "http://localhost"));

        assertThat(sample).isEqualTo(new Sample("orders", "http://localhost", 3, false, List.of(), Map.of()));
    }

    @Test
    void readsTextsAsWhatTheComponentIs() {
        Sample sample = Requests.bind(
                "sample",
                Sample.class,
                Map.of("url", "u", "times", "7", "really", "true", "some", "a, b", "more", List.of("x=1", "y=a=b")),
                Map.of());

        assertThat(sample).isEqualTo(new Sample("", "u", 7, true, List.of("a", "b"), Map.of("x", "1", "y", "a=b")));
    }

    @Test
    void takesListsAndMapsAsGroovyGivesThem() {
        Sample sample = Requests.bind(
                "sample", Sample.class, Map.of("url", "u", "some", List.of("a,b"), "more", Map.of("x", 1)), Map.of());

        assertThat(sample.some()).containsExactly("a,b");
        assertThat(sample.more()).containsExactly(Map.entry("x", "1"));
    }

    @Test
    void reportsAllMistakesAtOnce() {
        assertThatThrownBy(() -> Requests.bind(
                        "sample", Sample.class, Map.of("servce", "orders", "times", "many", "really", "yes"), Map.of()))
                .isInstanceOfSatisfying(EngineException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
                    assertThat(failure.why())
                            .contains("\"servce\" is no input", "service, url, times")
                            .contains("\"url\" is missing", "the variable SAMPLE_URL")
                            .contains("\"times\" is \"many\"")
                            .contains("\"really\" is \"yes\"");
                });
    }

    @Test
    void describesAFailureInFourLines() {
        EngineException failure =
                new EngineException(ErrorCode.DEPLOY_FAILED, "It failed", "here", "first\nsecond", "do this");

        assertThat(failure.describe()).isEqualTo("""
                        DEPLOY-202  It failed
                          where  here
                          why    first
                                 second
                          fix    do this""");
    }
}
