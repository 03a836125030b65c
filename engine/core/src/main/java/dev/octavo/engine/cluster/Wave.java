package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What is applied together; the waves follow each other in this order.
 *
 * <p>The annotation {@code octavo.dev/wave} puts an object into an earlier or later round than the others, which are in
 * round 0. Within a round the order is that of the kinds. What runs pods in a round is ready, and its Jobs are done, before
 * the next round is written.
 */
enum Wave {
    /** What other objects live in or are instances of. */
    FOUNDATIONS,
    /** What pods need when they start. Services too: their addresses go into a pod's environment. */
    CONFIGURATION,
    /** What runs. */
    WORKLOADS,
    /** What refers to the former. */
    REST;

    private static final Set<String> CONFIGURATION_KINDS = Set.of(
            "ServiceAccount",
            "Role",
            "RoleBinding",
            "ClusterRole",
            "ClusterRoleBinding",
            "ConfigMap",
            "Secret",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "StorageClass",
            "PriorityClass",
            "RuntimeClass",
            "LimitRange",
            "ResourceQuota",
            "NetworkPolicy",
            "Service");
    private static final Set<String> WORKLOAD_KINDS = Set.of(
            "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod");

    /** Its value is a whole number, which may be negative. */
    static final String ANNOTATION = "octavo.dev/wave";

    /** That of what others live in. */
    static final int FIRST_ROUND = Integer.MIN_VALUE;

    /**
     * When an object's turn is.
     *
     * @param round by the annotation; what others live in comes first of all where nothing else is said
     */
    record Turn(int round, Wave wave) implements Comparable<Turn> {
        private static final Comparator<Turn> ORDER =
                Comparator.comparingInt(Turn::round).thenComparing(Turn::wave);

        @Override
        public int compareTo(Turn other) {
            return ORDER.compare(this, other);
        }
    }

    /** @throws EngineException {@link ErrorCode#CONFIG_MANIFEST} where the annotation is no whole number */
    static Turn turn(ManifestObject object) {
        Wave wave = of(object);
        String written = object.annotation(ANNOTATION);
        if (written.isEmpty()) {
            return new Turn(wave == FOUNDATIONS ? FIRST_ROUND : 0, wave);
        }
        try {
            return new Turn(Integer.parseInt(written.strip()), wave);
        } catch (NumberFormatException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_MANIFEST,
                    "The annotation " + ANNOTATION + " of " + object.title() + " is no whole number",
                    object.place(),
                    "it is \"" + written + "\"",
                    "write a number in quotation marks: \"-1\" for before the others, \"1\" for after them");
        }
    }

    /** What is applied together, in the order of the turns. */
    static <T> List<List<T>> groups(Collection<T> all, Function<T, ManifestObject> object) {
        TreeMap<Turn, List<T>> groups = new TreeMap<>();
        all.forEach(each -> groups.computeIfAbsent(turn(object.apply(each)), turn -> new ArrayList<>())
                .add(each));
        return List.copyOf(groups.values());
    }

    static Wave of(ManifestObject object) {
        return of(object.kind(), object.group());
    }

    static Wave of(String kind, String group) {
        if (kind.equals("Namespace") || kind.equals("CustomResourceDefinition")) {
            return FOUNDATIONS;
        }
        // a custom resource may be called Service too
        if (group.contains(".") && !group.endsWith(".k8s.io")) {
            return REST;
        }
        if (CONFIGURATION_KINDS.contains(kind)) {
            return CONFIGURATION;
        }
        return WORKLOAD_KINDS.contains(kind) ? WORKLOADS : REST;
    }
}
