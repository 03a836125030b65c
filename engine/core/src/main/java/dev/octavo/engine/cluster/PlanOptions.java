package dev.octavo.engine.cluster;

/**
 * What a plan makes of manifests.
 *
 * @param restartOnConfigChange whether workloads get new pods where a ConfigMap or Secret that they use becomes another
 */
public record PlanOptions(boolean restartOnConfigChange) {
    /** Pods never run with values that are no longer there. */
    public static final PlanOptions DEFAULT = new PlanOptions(true);
    /** Nothing is added to pods. */
    public static final PlanOptions AS_WRITTEN = new PlanOptions(false);
}
