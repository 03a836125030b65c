package dev.octavo.engine.cluster;

import java.util.Set;

/** What is applied together; the waves follow each other in this order. */
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

    static Wave of(ManifestObject object) {
        if (object.kind().equals("Namespace") || object.kind().equals("CustomResourceDefinition")) {
            return FOUNDATIONS;
        }
        // a custom resource may be called Service too
        if (object.group().contains(".") && !object.group().endsWith(".k8s.io")) {
            return REST;
        }
        if (CONFIGURATION_KINDS.contains(object.kind())) {
            return CONFIGURATION;
        }
        return WORKLOAD_KINDS.contains(object.kind()) ? WORKLOADS : REST;
    }
}
