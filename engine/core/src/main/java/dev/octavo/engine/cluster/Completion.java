package dev.octavo.engine.cluster;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Writes out what the API server would fill in, where server-side apply goes wrong otherwise.
 *
 * <p>{@code protocol}: elements of ports are known by it, and Kubernetes up to 1.20 does not find them without. {@code
 * stringData}: the server keeps no account of who owns what it makes of it, so a key that a manifest no longer has would
 * stay for ever. Quantities: Kubernetes up to 1.20 does not take {@code cpu: 1} for the text that it is.
 */
final class Completion {
    private Completion() {}

    static ManifestObject complete(ManifestObject object) {
        if (object.kind().equals("Secret") && object.group().isEmpty()) {
            return object.content().get("stringData") instanceof Map<?, ?> ? withData(object) : object;
        }
        if (object.kind().equals("Service") && object.group().isEmpty()) {
            Map<String, Object> content = Tree.copy(object.content());
            boolean changed = addProtocol(Tree.maps(content, "spec", "ports"));
            return changed ? object.withContent(content) : object;
        }
        Map<String, Object> content = Tree.copy(object.content());
        boolean changed = writeQuantities(object, content);
        Map<String, Object> pod =
                PodTemplates.path(object).isEmpty() ? Map.of() : PodTemplates.podSpec(object, content);
        for (String list : List.of("initContainers", "containers")) {
            for (Map<String, Object> container : Tree.maps(pod, list)) {
                changed |= addProtocol(Tree.maps(container, "ports"));
                changed |= writeResources(container);
            }
        }
        return changed ? object.withContent(content) : object;
    }

    /** Those that are in no container. */
    private static boolean writeQuantities(ManifestObject object, Map<String, Object> content) {
        boolean changed = false;
        if (object.group().isEmpty() && object.kind().equals("ResourceQuota")) {
            changed = write(Tree.map(content, "spec", "hard"));
        } else if (object.group().isEmpty() && object.kind().equals("PersistentVolumeClaim")) {
            changed = writeResources(Tree.map(content, "spec"));
        } else if (object.group().equals("apps") && object.kind().equals("StatefulSet")) {
            for (Map<String, Object> claim : Tree.maps(content, "spec", "volumeClaimTemplates")) {
                changed |= writeResources(Tree.map(claim, "spec"));
            }
        }
        return changed;
    }

    private static boolean writeResources(Map<String, Object> owner) {
        boolean requests = write(Tree.map(owner, "resources", "requests"));
        boolean limits = write(Tree.map(owner, "resources", "limits"));
        return requests || limits;
    }

    private static boolean write(Map<String, Object> quantities) {
        boolean changed = false;
        for (Map.Entry<String, Object> entry : quantities.entrySet()) {
            if (entry.getValue() instanceof Number number && Double.isFinite(number.doubleValue())) {
                entry.setValue(new BigDecimal(number.toString()).toPlainString());
                changed = true;
            }
        }
        return changed;
    }

    private static boolean addProtocol(List<Map<String, Object>> ports) {
        boolean changed = false;
        for (Map<String, Object> port : ports) {
            changed |= port.putIfAbsent("protocol", "TCP") == null;
        }
        return changed;
    }

    private static ManifestObject withData(ManifestObject secret) {
        Map<String, Object> content = Tree.copy(secret.content());
        Map<String, Object> texts = Tree.map(content.remove("stringData"));
        if (texts.values().stream().anyMatch(text -> !(text instanceof String))) {
            return secret; // the server says what is wrong with it
        }
        if (!(content.get("data") instanceof Map<?, ?>)) {
            content.put("data", new java.util.LinkedHashMap<>());
        }
        Map<String, Object> data = Tree.map(content, "data");
        texts.forEach((key, text) -> data.put(
                key, Base64.getEncoder().encodeToString(String.valueOf(text).getBytes(StandardCharsets.UTF_8))));
        return secret.withContent(content);
    }
}
