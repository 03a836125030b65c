package dev.octavo.engine.preflight;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Findings for programs: SARIF 2.1.0, and the own format of Jenkins' plugin warnings-ng. */
public final class MachineReports {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private MachineReports() {}

    /** SARIF, silenced findings too, as suppressed. */
    public static String sarif(List<Item> items, List<Item> silenced) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        root.put("version", "2.1.0");
        ObjectNode run = root.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool").putObject("driver");
        driver.put("name", "octavo preflight");
        ArrayNode rules = driver.putArray("rules");
        for (Rule rule : Rule.values()) {
            rule(rule, rules.addObject());
        }
        run.put("columnKind", "utf16CodeUnits");
        ArrayNode results = run.putArray("results");
        items.forEach(item -> result(item, results.addObject()));
        silenced.forEach(item -> {
            ObjectNode result = results.addObject();
            result(item, result);
            ObjectNode suppression = result.putArray("suppressions").addObject();
            suppression.put("kind", "inSource");
            suppression.put("justification", item.silenced());
        });
        return MAPPER.writeValueAsString(root);
    }

    private static void rule(Rule rule, ObjectNode node) {
        node.put("id", rule.id());
        node.put("name", rule.label());
        node.putObject("shortDescription").put("text", rule.label().replace('-', ' '));
        node.putObject("fullDescription").put("text", sentence(rule.why()));
        node.putObject("help").put("text", "docs/preflight.md explains " + rule.id() + " with an example.");
        node.putObject("defaultConfiguration").put("level", rule.severity().label());
    }

    private static void result(Item item, ObjectNode node) {
        node.put("ruleId", item.rule());
        node.put("ruleIndex", index(item));
        node.put("level", item.severity());
        node.putObject("message")
                .put("text", sentence(item.message()) + " " + sentence(item.why()) + " Fix: " + item.fix());
        ObjectNode physical = node.putArray("locations").addObject().putObject("physicalLocation");
        physical.putObject("artifactLocation").put("uri", uri(item.file()));
        ObjectNode region = physical.putObject("region");
        region.put("startLine", item.line());
        region.put("startColumn", item.column());
        region.put("endLine", item.line());
        region.put("endColumn", Math.max(item.endColumn(), item.column()));
    }

    private static int index(Item item) {
        return Arrays.stream(Rule.values()).map(Rule::id).toList().indexOf(item.rule());
    }

    private static String uri(String file) {
        try {
            return new URI(null, null, file, null).toASCIIString();
        } catch (URISyntaxException e) {
            return file;
        }
    }

    private static String sentence(String text) {
        return text.isEmpty() ? "" : Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }

    /** What the tool {@code issues} of warnings-ng reads: {@code recordIssues tool: issues(pattern: 'preflight.json')}. */
    public static String warnings(List<Item> items) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("_class", "io.jenkins.plugins.analysis.core.restapi.ReportApi");
        ArrayNode issues = root.putArray("issues");
        for (Item item : items) {
            ObjectNode issue = issues.addObject();
            issue.put("fileName", item.file());
            issue.put("lineStart", item.line());
            issue.put("lineEnd", item.line());
            issue.put("columnStart", item.column());
            issue.put("columnEnd", Math.max(item.column(), item.endColumn() - 1));
            issue.put("severity", item.fails() ? "ERROR" : "NORMAL");
            issue.put("category", item.name());
            issue.put("type", item.rule());
            issue.put("message", item.message());
            issue.put("description", sentence(item.why()) + " Fix: " + item.fix());
        }
        root.put("size", items.size());
        return MAPPER.writeValueAsString(root);
    }
}
