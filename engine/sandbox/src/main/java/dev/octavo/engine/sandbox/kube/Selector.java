package dev.octavo.engine.sandbox.kube;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Which objects are meant: by labels or by fields. */
public final class Selector {
    private static final Pattern SET = Pattern.compile("^(\\S+)\\s+(in|notin)\\s*\\(([^)]*)\\)$");
    private static final Pattern EQUAL = Pattern.compile("^([^=!\\s]+)\\s*(==|=|!=)\\s*(\\S*)$");

    private Selector() {}

    /**
     * A label selector as a query states it: {@code app=shop,tier in (web,api),!canary}.
     *
     * @throws ApiException 400 where it cannot be read
     */
    static Predicate<JsonNode> labels(String text) {
        List<Predicate<JsonNode>> all = new ArrayList<>();
        for (String term : split(text)) {
            all.add(term(term.strip()));
        }
        return object -> {
            JsonNode labels = object.path("metadata").path("labels");
            return all.stream().allMatch(each -> each.test(labels));
        };
    }

    /** Splits at commas outside parentheses. */
    private static List<String> split(String text) {
        List<String> terms = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char next = i == text.length() ? ',' : text.charAt(i);
            if (next == '(') {
                depth++;
            } else if (next == ')') {
                depth--;
            } else if (next == ',' && (depth == 0 || i == text.length())) {
                if (i > start) {
                    terms.add(text.substring(start, i));
                }
                start = i + 1;
            }
        }
        return terms;
    }

    private static Predicate<JsonNode> term(String term) {
        Matcher set = SET.matcher(term);
        if (set.matches()) {
            List<String> values =
                    Arrays.stream(set.group(3).split(",")).map(String::strip).toList();
            return requirement(set.group(1), set.group(2).equals("in") ? "In" : "NotIn", values);
        }
        Matcher equal = EQUAL.matcher(term);
        if (equal.matches()) {
            return requirement(equal.group(1), equal.group(2).equals("!=") ? "NotIn" : "In", List.of(equal.group(3)));
        }
        String key = term.startsWith("!") ? term.substring(1).strip() : term;
        if (key.isEmpty() || !key.matches("[A-Za-z0-9./_-]+")) {
            throw ApiException.badRequest("unable to parse requirement: " + term);
        }
        return requirement(key, term.startsWith("!") ? "DoesNotExist" : "Exists", List.of());
    }

    private static Predicate<JsonNode> requirement(String key, String operator, List<String> values) {
        return switch (operator) {
            case "In" ->
                labels -> labels.has(key) && values.contains(labels.path(key).asString(""));
            case "NotIn" ->
                labels -> !labels.has(key) || !values.contains(labels.path(key).asString(""));
            case "Exists" -> labels -> labels.has(key);
            case "DoesNotExist" -> labels -> !labels.has(key);
            default -> labels -> false;
        };
    }

    /**
     * Whether labels are what a {@code LabelSelector} object asks for; an empty one asks for nothing special.
     *
     * @param selector with {@code matchLabels} and {@code matchExpressions}
     */
    public static boolean matches(JsonNode selector, JsonNode labels) {
        if (!matchesMap(selector.path("matchLabels"), labels)) {
            return false;
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asString("")));
            Predicate<JsonNode> requirement = requirement(
                    expression.path("key").asString(""),
                    expression.path("operator").asString(""),
                    values);
            if (!requirement.test(labels)) {
                return false;
            }
        }
        return true;
    }

    /** Whether labels have all that a plain map names. */
    public static boolean matchesMap(JsonNode map, JsonNode labels) {
        for (var each : map.properties()) {
            if (!labels.has(each.getKey())
                    || !labels.path(each.getKey())
                            .asString("")
                            .equals(each.getValue().asString(""))) {
                return false;
            }
        }
        return true;
    }

    /**
     * A field selector as a query states it: {@code metadata.name=orders,status.phase!=Running}.
     *
     * @throws ApiException 400 where it cannot be read
     */
    static Predicate<JsonNode> fields(String text) {
        List<Predicate<JsonNode>> all = new ArrayList<>();
        for (String term : split(text)) {
            Matcher equal = EQUAL.matcher(term.strip());
            if (!equal.matches()) {
                throw ApiException.badRequest("invalid field selector: " + term);
            }
            String[] path = equal.group(1).split("\\.");
            boolean negated = equal.group(2).equals("!=");
            String value = equal.group(3);
            all.add(object -> Json.text(object, path).equals(value) != negated);
        }
        return object -> all.stream().allMatch(each -> each.test(object));
    }
}
