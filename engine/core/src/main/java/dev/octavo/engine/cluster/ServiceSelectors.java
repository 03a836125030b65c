package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.Placement.Typed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds Services whose selector fits nothing that is deployed with them: most likely it is misspelt. */
final class ServiceSelectors {
    private ServiceSelectors() {}

    static List<String> warnings(List<Typed> objects) {
        Map<String, List<Map<String, Object>>> labels = new HashMap<>();
        for (Typed typed : objects) {
            ManifestObject object = typed.object();
            Map<String, Object> own = Tree.map(object.content(), "spec", "template", "metadata", "labels");
            if (Wave.of(object) == Wave.WORKLOADS && !own.isEmpty()) {
                labels.computeIfAbsent(object.namespace(), namespace -> new ArrayList<>())
                        .add(own);
            }
        }
        List<String> warnings = new ArrayList<>();
        for (Typed typed : objects) {
            ManifestObject service = typed.object();
            Map<String, Object> selector = Tree.map(service.content(), "spec", "selector");
            boolean selects = service.kind().equals("Service")
                    && service.group().isEmpty()
                    && !selector.isEmpty()
                    && labels.containsKey(service.namespace());
            if (selects
                    && labels.getOrDefault(service.namespace(), List.of()).stream()
                            .noneMatch(each -> each.entrySet().containsAll(selector.entrySet()))) {
                warnings.add(service.place() + "  " + service.title() + " selects pods with " + Json.text(selector)
                        + ", and no workload that is deployed with it has these labels");
            }
        }
        return warnings;
    }
}
