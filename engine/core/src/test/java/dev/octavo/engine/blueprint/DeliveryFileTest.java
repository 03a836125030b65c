package dev.octavo.engine.blueprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.template.Variable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class DeliveryFileTest {
    @TempDir
    Path root;

    private DeliveryFile parse(String text) {
        return DeliveryFile.parse(root, "delivery.yaml", text);
    }

    private EngineException mistake(String text) {
        try {
            parse(text);
        } catch (EngineException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_FILE);
            return e;
        }
        throw new AssertionError("it was taken");
    }

    @Test
    void emptyOneHasTheUsualEnvironments() {
        assertThat(parse("").environments()).containsExactly("dev", "prod");
        assertThat(parse("").application("shop")).isEqualTo("shop");
    }

    @Test
    void wrongKeyIsToldWithItsPlaceAndTheLikeliestName() {
        EngineException e = mistake("""
                services:
                  orders:
                    replicsa: 2
                """);

        assertThat(e.where()).isEqualTo("delivery.yaml:3:5");
        assertThat(e.why()).contains("\"replicsa\"").contains("did you mean \"replicas\"?");
        assertThat(e.describe().lines()).hasSize(4);
    }

    @Test
    void wrongTypeIsToldWithWhatIsExpected() {
        EngineException e = mistake("""
                services:
                  orders:
                    resources: 512Mi
                """);

        assertThat(e.where()).isEqualTo("delivery.yaml:3:5");
        assertThat(e.why()).isEqualTo("\"resources\" is a text, and a map is expected");
    }

    @Test
    void wrongValueIsToldWithTheLikeliestOne() {
        EngineException e = mistake("""
                services:
                  orders: {kind: StatefullSet}
                """);

        assertThat(e.where()).isEqualTo("delivery.yaml:2:12");
        assertThat(e.why()).contains("did you mean \"StatefulSet\"?");
    }

    @Test
    void allMistakesAreToldAtOnce() {
        EngineException e = mistake("""
                aplication: shop
                services:
                  orders:
                    port: 70000
                    volumes:
                      data: {claim: 1Gi}
                    environments:
                      production: {replicas: 2}
                """);

        assertThat(e.what()).contains("4 mistakes");
        assertThat(e.why())
                .contains("did you mean \"application\"?")
                .contains("delivery.yaml:4:5  70000 is more than 65535")
                .contains("delivery.yaml:6:7  \"mount\" is missing")
                .contains("delivery.yaml:8:7  there is no environment \"production\": did you mean \"prod\"?");
    }

    @Test
    void brokenYamlIsToldWithItsPlace() {
        EngineException e = mistake("services:\n  orders: [1\n  other: 2\n");

        assertThat(e.where()).startsWith("delivery.yaml:3");
    }

    @Test
    void severalDocumentsAndListsAreRefused() {
        assertThat(mistake("a: 1\n---\nb: 2\n").why()).isEqualTo("it has several documents");
        assertThat(mistake("- a\n").why()).isEqualTo("it is a list or a single value");
    }

    @Test
    void anchorBombIsRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("a" + i + ": &a" + i + " [" + "*a".concat(i - 1 + ", ").repeat(9) + "*a" + (i - 1) + "]\n");
        }

        assertThat(mistake(bomb.toString()).why()).contains("aliases");
    }

    @Test
    void whatIsSaidOfServiceAndEnvironmentTogetherComesLast() {
        DeliveryFile file = parse("""
                defaults: {replicas: 1, stop: 10, resources: {cpu: 1, memory: 1Gi}}
                environments:
                  prod:
                    defaults: {replicas: 2, deadline: 60}
                services:
                  orders:
                    deadline: 90
                    resources: {cpu: 2}
                    environments:
                      prod: {stop: 20}
                """);

        assertThat(file.settings("orders", "prod"))
                .containsEntry("replicas", 2)
                .containsEntry("deadline", 90)
                .containsEntry("stop", 20)
                .containsEntry("resources", Map.of("cpu", 2, "memory", "1Gi"));
    }

    @Test
    void valuesAreThoseOfTheFileOverTheCommonOnesAndKnowTheirPlaces() throws IOException {
        Files.createDirectories(root.resolve("values"));
        Files.writeString(root.resolve("values/prod.yaml"), "# only here\nLOG_LEVEL: INFO\n");
        DeliveryFile file = parse("""
                values:
                  LOG_LEVEL: DEBUG
                  LIMIT: 5
                environments:
                  dev:
                  prod: {namespace: shop-prod}
                """);

        assertThat(file.values("dev"))
                .containsEntry("LOG_LEVEL", Variable.of("DEBUG", "delivery.yaml:2"))
                .doesNotContainKey("NAMESPACE");
        assertThat(file.values("prod"))
                .containsEntry("LOG_LEVEL", Variable.of("INFO", "values/prod.yaml:2"))
                .containsEntry("LIMIT", Variable.of("5", "delivery.yaml:3"))
                .containsEntry("NAMESPACE", Variable.of("shop-prod", "delivery.yaml:6"));
    }

    @Test
    void mistakeInValuesIsToldWithItsPlace() throws IOException {
        Files.createDirectories(root.resolve("values"));
        Files.writeString(root.resolve("values/dev.yaml"), "A: 1\nB: {C: 2}\n");

        assertThatThrownBy(() -> parse("").values("dev")).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.where()).isEqualTo("values/dev.yaml:2:1");
            assertThat(e.why()).isEqualTo("the value of \"B\" is no text and no number");
        });
    }

    @Test
    void valuesFileThatIsNamedMustBeThereAndInside() {
        assertThatThrownBy(
                        () -> parse("environments: {dev: {values: other.yaml}}").values("dev"))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.why()).isEqualTo("there is no such file"));
        assertThatThrownBy(() ->
                        parse("environments: {dev: {values: ../../etc/passwd}}").values("dev"))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.what()).contains("outside the sources"));
    }

    @Test
    void gateSaysWhoMayPassIt() {
        DeliveryFile file = parse("""
                environments:
                  dev: {gate: false}
                  test: {gate: true}
                  prod: {gate: {approvers: [ada, group:operators], count: 2, notAuthor: true, timeout: 12h}}
                """);

        assertThat(file.gate("dev")).isEmpty();
        assertThat(file.gate("test")).contains(new DeliveryFile.Gate(java.util.List.of(), 1, false, ""));
        assertThat(file.gate("prod"))
                .contains(new DeliveryFile.Gate(java.util.List.of("ada", "group:operators"), 2, true, "12h"));
    }

    @Test
    void nearestFileAboveAServiceDescribesIt() throws IOException {
        Files.createDirectories(root.resolve("shop/orders"));
        Files.writeString(root.resolve("delivery.yaml"), "application: all\n");
        Files.writeString(root.resolve("shop/delivery.yaml"), "application: shop\n");

        assertThat(DeliveryFile.nearest(root, "shop/orders").orElseThrow().application(""))
                .isEqualTo("shop");
        assertThat(DeliveryFile.nearest(root, ".").orElseThrow().application(""))
                .isEqualTo("all");
    }

    @Test
    void schemaUsesOnlyWordsThatAreChecked() {
        TreeSet<String> words = new TreeSet<>();
        collect(Shape.schema(), false, words);

        assertThat(Shape.WORDS).containsAll(words);
    }

    private static void collect(JsonNode node, boolean names, TreeSet<String> words) {
        node.properties().forEach(each -> {
            if (!names) {
                words.add(each.getKey());
            }
            boolean namesInside = !names
                    && (each.getKey().equals("properties") || each.getKey().equals("$defs"));
            collect(each.getValue(), namesInside, words);
        });
        if (node.isArray()) {
            node.forEach(each -> collect(each, false, words));
        }
    }
}
