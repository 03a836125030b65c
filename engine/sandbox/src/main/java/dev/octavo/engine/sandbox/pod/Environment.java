package dev.octavo.engine.sandbox.pod;

import dev.octavo.engine.sandbox.kube.Api;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.kube.Kind;
import dev.octavo.engine.sandbox.kube.Kinds;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The variables that a manifest gives to a container. */
final class Environment {
    private static final Pattern REFERENCE = Pattern.compile("\\$(\\$|\\(([^)]*)\\))");

    private final Api api;
    private final ObjectNode pod;
    private final JsonNode container;

    Environment(Api api, ObjectNode pod, JsonNode container) {
        this.api = api;
        this.pod = pod;
        this.container = container;
    }

    /**
     * Collects them: of Services, of {@code envFrom}, of {@code env}.
     *
     * @throws ConfigException where something that is named does not exist
     */
    Map<String, String> variables() throws ConfigException {
        Map<String, String> variables = new LinkedHashMap<>();
        if (pod.path("spec").path("enableServiceLinks").asBoolean(true)) {
            serviceLinks(variables);
        }
        for (JsonNode source : container.path("envFrom")) {
            String prefix = Json.text(source, "prefix");
            if (source.has("configMapRef")) {
                all(Kinds.CONFIG_MAP, source.path("configMapRef"))
                        .forEach((name, value) -> variables.put(prefix + name, value));
            } else if (source.has("secretRef")) {
                all(Kinds.SECRET, source.path("secretRef"))
                        .forEach((name, value) -> variables.put(prefix + name, value));
            }
        }
        for (JsonNode variable : container.path("env")) {
            String name = Json.text(variable, "name");
            JsonNode from = variable.path("valueFrom");
            if (from.isObject()) {
                Optional<String> value = from(from);
                value.ifPresent(text -> variables.put(name, text));
            } else {
                variables.put(name, expand(Json.text(variable, "value"), variables));
            }
        }
        return variables;
    }

    /** Replaces {@code $(NAME)}; {@code $$} is one dollar sign, and what is not known stays. */
    static String expand(String text, Map<String, String> variables) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder result = new StringBuilder();
        while (matcher.find()) {
            String name = matcher.group(2);
            String value = name == null ? "$" : variables.getOrDefault(name, matcher.group());
            matcher.appendReplacement(result, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(result).toString();
    }

    private void serviceLinks(Map<String, String> variables) {
        for (ObjectNode service : api.list(Kinds.SERVICE, Json.namespace(pod))) {
            String address = Json.text(service, "spec", "clusterIP");
            JsonNode ports = service.path("spec").path("ports");
            if (address.isEmpty() || address.equals("None") || ports.isEmpty()) {
                continue;
            }
            String prefix = Json.name(service).toUpperCase(Locale.ROOT).replace('-', '_');
            variables.put(prefix + "_SERVICE_HOST", address);
            variables.put(prefix + "_SERVICE_PORT", ports.path(0).path("port").asString(""));
            String first = "tcp://" + address + ":" + ports.path(0).path("port").asString("");
            variables.put(prefix + "_PORT", first);
            for (JsonNode port : ports) {
                String name = Json.text(port, "name");
                String number = port.path("port").asString("");
                if (!name.isEmpty()) {
                    variables.put(
                            prefix + "_SERVICE_PORT_"
                                    + name.toUpperCase(Locale.ROOT).replace('-', '_'),
                            number);
                }
                String link = prefix + "_PORT_" + number + "_TCP";
                variables.put(link, "tcp://" + address + ":" + number);
                variables.put(link + "_PROTO", "tcp");
                variables.put(link + "_PORT", number);
                variables.put(link + "_ADDR", address);
            }
        }
    }

    /** All keys of a ConfigMap or Secret; none where it is optional and missing. */
    private Map<String, String> all(Kind kind, JsonNode reference) throws ConfigException {
        Map<String, String> all = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> each :
                content(api, Json.namespace(pod), kind, reference).entrySet()) {
            all.put(each.getKey(), new String(each.getValue(), StandardCharsets.UTF_8));
        }
        return all;
    }

    /**
     * What a ConfigMap or Secret holds.
     *
     * @param reference with {@code name} and {@code optional}
     */
    static Map<String, byte[]> content(Api api, String namespace, Kind kind, JsonNode reference)
            throws ConfigException {
        Map<String, byte[]> content = new LinkedHashMap<>();
        String name = Json.text(reference, "name");
        ObjectNode object = api.find(kind, namespace, name);
        if (object == null) {
            if (reference.path("optional").asBoolean(false)) {
                return content;
            }
            throw new ConfigException("CreateContainerConfigError", kind.singular() + " \"" + name + "\" not found");
        }
        boolean encoded = kind.equals(Kinds.SECRET);
        object.path("data").properties().forEach(each -> {
            String text = each.getValue().asString("");
            content.put(
                    each.getKey(),
                    encoded ? Base64.getMimeDecoder().decode(text) : text.getBytes(StandardCharsets.UTF_8));
        });
        object.path("binaryData")
                .properties()
                .forEach(each -> content.put(
                        each.getKey(),
                        Base64.getMimeDecoder().decode(each.getValue().asString(""))));
        return content;
    }

    private Optional<String> from(JsonNode from) throws ConfigException {
        if (from.has("configMapKeyRef")) {
            return key(Kinds.CONFIG_MAP, "ConfigMap", from.path("configMapKeyRef"));
        }
        if (from.has("secretKeyRef")) {
            return key(Kinds.SECRET, "Secret", from.path("secretKeyRef"));
        }
        if (from.has("fieldRef")) {
            return Optional.of(field(pod, Json.text(from, "fieldRef", "fieldPath")));
        }
        if (from.has("resourceFieldRef")) {
            String name = Json.text(from, "resourceFieldRef", "containerName");
            JsonNode of =
                    name.isEmpty() ? container : Json.named(pod.path("spec").path("containers"), name);
            String[] path = Json.text(from, "resourceFieldRef", "resource").split("\\.", 2);
            return Optional.of(path.length == 2 ? Json.text(of, "resources", path[0], path[1]) : "");
        }
        return Optional.empty();
    }

    private Optional<String> key(Kind kind, String title, JsonNode reference) throws ConfigException {
        String key = Json.text(reference, "key");
        byte[] value = content(api, Json.namespace(pod), kind, reference).get(key);
        if (value != null) {
            return Optional.of(new String(value, StandardCharsets.UTF_8));
        }
        if (reference.path("optional").asBoolean(false)) {
            return Optional.empty();
        }
        throw new ConfigException(
                "CreateContainerConfigError",
                "couldn't find key " + key + " in " + title + " " + Json.namespace(pod) + "/"
                        + Json.text(reference, "name"));
    }

    /** A field of a pod, as the downward API names it: {@code metadata.labels['app']}. */
    static String field(JsonNode pod, String path) {
        Matcher keyed = Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)'\\]")
                .matcher(path);
        if (keyed.matches()) {
            return Json.text(pod, "metadata", keyed.group(1), keyed.group(2));
        }
        if (path.equals("metadata.labels") || path.equals("metadata.annotations")) {
            StringBuilder text = new StringBuilder();
            pod.path("metadata")
                    .path(path.substring("metadata.".length()))
                    .properties()
                    .forEach(each -> text.append(each.getKey())
                            .append('=')
                            .append(Json.text(each.getValue()))
                            .append('\n'));
            return text.toString();
        }
        return Json.text(pod, path.split("\\."));
    }
}
