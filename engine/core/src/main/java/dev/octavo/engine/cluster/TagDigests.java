package dev.octavo.engine.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells which digests tags of images name that the run has not built. */
@FunctionalInterface
public interface TagDigests {
    /** Tags stay tags. */
    TagDigests NONE = references -> new Known(Map.of(), List.of());

    /** Those of a plan, whatever the tags name by now. */
    static TagDigests of(Plan plan) {
        Map<String, String> digests = new LinkedHashMap<>();
        for (ImageUse each : plan.images()) {
            int at = each.image().indexOf('@');
            if (!each.pinned() && at > 0) {
                digests.put(each.image().substring(0, at), each.image().substring(at + 1));
            }
        }
        return references -> new Known(digests, List.of());
    }

    /**
     * Asks for them.
     *
     * @param references as manifests have them, each with a tag or with nothing behind its name
     */
    Known find(List<String> references);

    /**
     * What could be found out.
     *
     * @param digests by reference; what is missing stays a tag
     * @param warnings why, for people
     */
    record Known(Map<String, String> digests, List<String> warnings) {
        public Known {
            digests = Map.copyOf(digests);
            warnings = List.copyOf(warnings);
        }
    }
}
