package dev.octavo.engine.cluster;

import java.util.Map;

/**
 * What an older server leaves of a field whose owner gives it up: the defaults that it had added below the field itself. Of a
 * probe there remain its times, without anything to probe, and Kubernetes 1.20 refuses such an object as a whole. Newer
 * servers take the field out with all that is below it, and so does this.
 */
final class LeftDefaults {
    private LeftDefaults() {}

    /**
     * The merge patch that brings an object to what its manifest says, without what the manifest said before.
     *
     * @param live as the server has it
     * @return empty where Octavo has given up nothing
     */
    static Map<String, Object> patch(Map<String, Object> live, ManifestObject object) {
        Map<String, Object> own = Map.of();
        Map<String, Object> others = Map.of();
        for (Map<String, Object> entry : Tree.maps(live, "metadata", "managedFields")) {
            Map<String, Object> fields = Tree.map(entry, "fieldsV1");
            if (FormerDelivery.isOctavos(entry)) {
                own = OwnedFields.union(own, fields);
            } else {
                others = OwnedFields.union(others, fields);
            }
        }
        Map<String, Object> kept = OwnedFields.union(others, OwnedFields.in(object.content(), own));
        Map<String, Object> pruned = Tree.copy(live);
        if (!OwnedFields.prune(pruned, own, kept)) {
            return Map.of();
        }
        Map<String, Object> wanted = ThreeWayMerge.of(object).merge(Map.of(), pruned, object.content());
        return MergePatch.between(LiveDiff.stripped(live), LiveDiff.stripped(wanted));
    }
}
