package dev.octavo.engine.cluster;

import dev.octavo.engine.cluster.PlannedObject.Change;
import java.util.List;

/**
 * A plan with what is needed to carry it out.
 *
 * @param items one for each object of the plan that is not to be deleted, in the same order
 * @param releases what the cluster remembers of earlier deployments
 */
record Prepared(Plan plan, List<Item> items, ReleaseState releases) {
    Prepared {
        items = List.copyOf(items);
    }

    Prepared(Plan plan, List<Item> items) {
        this(plan, items, ReleaseState.NONE);
    }

    /**
     * An object to apply.
     *
     * @param served whether the server has the kind already; else the deployment itself defines it
     * @param write whether applying it would change anything in the cluster, be it only who owns its fields
     * @param handOver whether its number of replicas is to be left to an autoscaler, and is Octavo's as yet
     * @param takeOver whether the fields of a former delivery become Octavo's before
     */
    record Item(
            ManifestObject object,
            ResourceType type,
            boolean served,
            Change change,
            boolean write,
            boolean handOver,
            boolean takeOver) {
        /** One that no other delivery had. */
        Item(ManifestObject object, ResourceType type, boolean served, Change change, boolean write, boolean handOver) {
            this(object, type, served, change, write, handOver, false);
        }

        String path() {
            return type.path(object.namespace(), object.name());
        }
    }
}
