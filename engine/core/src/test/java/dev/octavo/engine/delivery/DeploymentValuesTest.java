package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.catalog.BuildTool;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceDetails;
import dev.octavo.engine.catalog.ServiceKind;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.template.Placeholder;
import dev.octavo.engine.template.Substituted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the values of a manifest's variables come from. */
class DeploymentValuesTest {
    private static final Microservice ORDERS = new Microservice(
            "orders",
            "shop/orders",
            ServiceKind.SPRING_BOOT,
            BuildTool.MAVEN,
            "shop",
            "orders",
            17,
            8080,
            "",
            "",
            null,
            Map.of(),
            List.of("shop/orders"),
            "target/orders.jar",
            ServiceDetails.UNKNOWN);

    @TempDir
    Path root;

    @BeforeEach
    void describe() throws IOException {
        Files.createDirectories(root.resolve("shop/values"));
        Files.writeString(
                root.resolve("shop/delivery.yaml"),
                "values: {LEVEL: DEBUG, TAG_NAME: no}\nenvironments: {dev: , prod: }\n");
        Files.writeString(root.resolve("shop/values/prod.yaml"), "LEVEL: INFO\nNAMESPACE: of-the-file\n");
    }

    private String replaced(String text, String environment, Map<String, ?> inputs, Map<String, String> process) {
        return substituted(text, environment, inputs, process).text();
    }

    private Substituted substituted(
            String text, String environment, Map<String, ?> inputs, Map<String, String> process) {
        Map<String, Object> all = new java.util.HashMap<>(inputs);
        all.put("environment", environment);
        all.putIfAbsent("namespace", "shop");
        PlanRequest request = dev.octavo.engine.api.Requests.bind("plan", PlanRequest.class, all, Map.of());
        EngineContext context = new EngineContext(
                root, root.resolve("cache"), process, EngineListener.SILENT, new Cancellation(), Clock.systemUTC());
        SourceResult source =
                new SourceResult("", "main", "0".repeat(40), "0000000", Instant.EPOCH, "Ada", "Begin", true, "");
        return new Deployment(request, RunRecord.open(root), source, context)
                .substitution(ORDERS)
                .apply("configmap.yaml", text);
    }

    @Test
    void environmentsFileWinsOverTheCommonValuesAndTheProcess() {
        Map<String, String> process = Map.of("LEVEL", "TRACE", "ELSE", "1");

        assertThat(replaced("$LEVEL $ELSE", "dev", Map.of(), process)).isEqualTo("DEBUG 1");
        assertThat(replaced("$LEVEL $ELSE", "prod", Map.of(), process)).isEqualTo("INFO 1");
    }

    @Test
    void settingWinsOverFilesAndTheRunOverBoth() {
        assertThat(replaced("$LEVEL", "prod", Map.of("variables", Map.of("LEVEL", "WARN")), Map.of()))
                .isEqualTo("WARN");
        assertThat(replaced("x$TAG_NAME", "dev", Map.of("version", "v1"), Map.of()))
                .isEqualTo("xv1");
    }

    @Test
    void namespaceIsThatOfTheSettingThenOfTheDescriptionThenMadeUp() {
        assertThat(replaced("$NAMESPACE", "dev", Map.of(), Map.of())).isEqualTo("shop-dev");
        assertThat(replaced("$NAMESPACE", "prod", Map.of(), Map.of())).isEqualTo("of-the-file");
        assertThat(replaced("$NAMESPACE", "prod", Map.of("clusterNamespace", "set"), Map.of()))
                .isEqualTo("set");
    }

    @Test
    void placeholderKnowsTheLineOfItsValue() {
        assertThat(substituted("$LEVEL", "prod", Map.of(), Map.of()).placeholders())
                .extracting(Placeholder::source)
                .containsExactly("shop/values/prod.yaml:1");
    }
}
