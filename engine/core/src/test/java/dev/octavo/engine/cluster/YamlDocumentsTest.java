package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlDocumentsTest {
    /** Values are compared as JSON. */
    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            yes         | true
            Off         | false
            y           | "y"
            "yes"       | "yes"
            'on'        | "on"
            ~           | null
            ''          | ""
            0644        | 420
            0o17        | 15
            0x1F        | 31
            -12         | -12
            1_000       | 1000
            09          | 9
            007         | 7
            1.10        | 1.1
            1.0         | 1
            1e3         | 1000
            .5          | 0.5
            1:30        | "1:30"
            2026-01-01  | "2026-01-01"
            v1          | "v1"
            9223372036854775808 | 9223372036854775808
            !!str 5     | "5"
            .inf        | ".inf"
            100m        | "100m"
            -           | [null]
            """)
    void readsScalarsAsKubectlDoes(String yaml, String json) {
        assertThat(Json.text(Trees.tree("a: " + (yaml.equals("-") ? "\n-" : yaml))))
                .isEqualTo("{\"a\":" + json + "}");
    }

    @Test
    void keepsKeysAsTheyAreWritten() {
        assertThat(Trees.tree("on: 1\ny: 2\n3: x\n").keySet()).containsExactly("on", "y", "3");
    }

    @Test
    void knowsTheLinesOfDocumentsAndItems() {
        List<YamlDocuments.Document> documents =
                YamlDocuments.read("f", "# c\n---\na: 1\n---\n---\nkind: List\nitems:\n- b: 1\n- c: 1\n");

        assertThat(documents).extracting(YamlDocuments.Document::line).containsExactly(3, 5, 6);
        assertThat(documents.get(1).content()).isNull();
        assertThat(documents.get(2).itemLines()).containsExactly(8, 9);
    }

    @Test
    void readsJson() {
        String json = "{\n\t\"kind\": \"A\", \"text\": \"a\\/b \\u00e9 \\\"q\\\"\", \"n\": 1.5e2, \"l\": [true, null]}";

        assertThat(Json.text(Trees.tree(json)))
                .isEqualTo("{\"kind\":\"A\",\"l\":[true,null],\"n\":150,\"text\":\"a/b é \\\"q\\\"\"}");
    }

    @Test
    void mergesAndCopiesAliases() {
        Map<String, Object> tree = Trees.tree("base: &b {x: 1, y: 2}\nother:\n  <<: *b\n  y: 3\nsame: *b\n");

        assertThat(Json.text(tree))
                .isEqualTo("{\"base\":{\"x\":1,\"y\":2},\"other\":{\"x\":1,\"y\":3},\"same\":{\"x\":1,\"y\":2}}");
    }

    @Test
    void refusesATextThatAliasesBlowUp() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [");
            bomb.append(("*a" + (i - 1) + ", ").repeat(9))
                    .append("*a")
                    .append(i - 1)
                    .append("]\n");
        }

        assertBroken(bomb.toString(), "aliases stand for more than");
    }

    @Test
    void refusesWhatIsNoYaml() {
        assertBroken("a: 1\nb:\n\t- x\n", "test.yaml:3:1");
        assertBroken("a: [1, 2\n", "test.yaml:2");
        assertBroken("a: 1\na: 2\n", "\"a\" is there twice");
        assertBroken("a: !java/object x\n", "the tag !java/object is not known");
        assertBroken("a: !!int x\n", "not of the type");
        assertBroken("a: *nothing\n", "nothing");
        assertBroken("a: &a [*a]\n", "part of");
        assertBroken("? [a]\n: b\n", "a key is not a text");
        assertBroken("a: " + "[".repeat(200) + "]".repeat(200), "nested");
    }

    private static void assertBroken(String yaml, String part) {
        assertThatThrownBy(() -> YamlDocuments.read("test.yaml", yaml))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_MANIFEST);
                    assertThat(e.describe()).contains(part);
                });
    }
}
