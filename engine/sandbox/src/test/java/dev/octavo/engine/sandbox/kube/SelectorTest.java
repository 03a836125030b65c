package dev.octavo.engine.sandbox.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class SelectorTest {
    private static final JsonNode POD = Json.parse("""
            {"metadata":{"name":"web-1","labels":{"app":"web","tier":"front"}},"status":{"phase":"Running"}}""");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    app=web                     | true
                    app==web,tier=front         | true
                    app!=web                    | false
                    other!=web                  | true
                    app in (web, api)           | true
                    app notin (web,api),tier    | false
                    tier                        | true
                    !tier                       | false
                    !other,app                  | true
                    ''                          | true
                    """)
    void labels(String selector, boolean matches) {
        assertThat(Selector.labels(selector).test(POD)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    metadata.name=web-1                      | true
                    metadata.name=web-2                      | false
                    metadata.name=web-1,status.phase!=Failed | true
                    """)
    void fields(String selector, boolean matches) {
        assertThat(Selector.fields(selector).test(POD)).isEqualTo(matches);
    }

    @Test
    void expressionsOfObjects() {
        JsonNode labels = POD.path("metadata").path("labels");

        assertThat(Selector.matches(
                        Json.parse(
                                "{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"In\",\"values\":[\"web\"]}]}"),
                        labels))
                .isTrue();
        assertThat(Selector.matches(
                        Json.parse("{\"matchLabels\":{\"app\":\"web\"},\"matchExpressions\":"
                                + "[{\"key\":\"tier\",\"operator\":\"DoesNotExist\"}]}"),
                        labels))
                .isFalse();
    }

    @Test
    void nonsenseIsRefused() {
        assertThatThrownBy(() -> Selector.labels("a b c")).isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> Selector.fields("name")).isInstanceOf(ApiException.class);
    }
}
