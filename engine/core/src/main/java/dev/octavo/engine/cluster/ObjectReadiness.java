package dev.octavo.engine.cluster;

import java.util.Map;

/** How far the controllers of objects without pods are, as far as the objects themselves tell. */
final class ObjectReadiness {
    private ObjectReadiness() {}

    static Readiness of(String group, Map<String, Object> object) {
        if (Place.of(group + "/", "", "").custom()) {
            return byConditions(object);
        }
        return switch (Tree.text(object, "kind")) {
            case "PersistentVolumeClaim" -> claim(object);
            case "CronJob" -> cronJob(object);
            case "HorizontalPodAutoscaler" -> autoscaler(object);
            case "PodDisruptionBudget" -> budget(object);
            case "CustomResourceDefinition" -> definition(object);
            case "APIService" -> byCondition(object, "Available");
            default -> byConditions(object);
        };
    }

    private static Readiness claim(Map<String, Object> object) {
        String phase = Tree.text(object, "status", "phase");
        return switch (phase) {
            case "Bound" -> Readiness.ready("bound");
            case "Lost" -> Readiness.failed("Lost", "the volume that it was bound to is gone");
            default -> Readiness.waiting(phase.isEmpty() ? "not seen by its controller yet" : phase);
        };
    }

    private static Readiness cronJob(Map<String, Object> object) {
        return Tree.isTrue(object, "spec", "suspend")
                ? Readiness.ready("it is suspended, so nothing runs")
                : Readiness.ready("scheduled at " + Tree.text(object, "spec", "schedule"));
    }

    private static Readiness autoscaler(Map<String, Object> object) {
        for (String type : new String[] {"AbleToScale", "ScalingActive"}) {
            Map<String, Object> condition = Readiness.condition(object, type);
            if (Tree.text(condition, "status").equals("False")) {
                return Readiness.notable(Tree.text(condition, "reason"), Tree.text(condition, "message"));
            }
        }
        return Readiness.ready("");
    }

    private static Readiness budget(Map<String, Object> object) {
        if (!observed(object)) {
            return Readiness.unobserved();
        }
        return Readiness.ready(Tree.number(object, 0, "status", "disruptionsAllowed") + " disruptions allowed");
    }

    private static Readiness definition(Map<String, Object> object) {
        Map<String, Object> names = Readiness.condition(object, "NamesAccepted");
        if (Tree.text(names, "status").equals("False")) {
            return Readiness.failed(Tree.text(names, "reason"), Tree.text(names, "message"));
        }
        return byCondition(object, "Established");
    }

    private static Readiness byCondition(Map<String, Object> object, String type) {
        Map<String, Object> condition = Readiness.condition(object, type);
        return Tree.text(condition, "status").equals("True")
                ? Readiness.ready(type.toLowerCase(java.util.Locale.ROOT))
                : Readiness.waiting(said(condition, "not " + type.toLowerCase(java.util.Locale.ROOT) + " yet"));
    }

    /** The conventions of kstatus: Reconciling, Stalled, Ready. An object that tells nothing is ready. */
    static Readiness byConditions(Map<String, Object> object) {
        if (!observed(object)) {
            return Readiness.unobserved();
        }
        Map<String, Object> stalled = Readiness.condition(object, "Stalled");
        if (Tree.text(stalled, "status").equals("True") && current(object, stalled)) {
            String reason = Tree.text(stalled, "reason");
            return Readiness.failed(reason.isEmpty() ? "Stalled" : reason, Tree.text(stalled, "message"));
        }
        Map<String, Object> reconciling = Readiness.condition(object, "Reconciling");
        if (Tree.text(reconciling, "status").equals("True")) {
            return Readiness.waiting(said(reconciling, "it is being reconciled"));
        }
        Map<String, Object> ready = Readiness.condition(object, "Ready");
        if (ready.isEmpty()) {
            return Readiness.ready("");
        }
        if (!current(object, ready)) {
            return Readiness.unobserved();
        }
        return Tree.text(ready, "status").equals("True")
                ? Readiness.ready("ready")
                : Readiness.waiting(said(ready, "not ready yet"));
    }

    private static boolean observed(Map<String, Object> object) {
        return Tree.number(object, Long.MAX_VALUE, "status", "observedGeneration")
                >= Tree.number(object, 0, "metadata", "generation");
    }

    /** Whether a condition, which may name the generation that it is about, is about the present one. */
    private static boolean current(Map<String, Object> object, Map<String, Object> condition) {
        return Tree.number(condition, Long.MAX_VALUE, "observedGeneration")
                >= Tree.number(object, 0, "metadata", "generation");
    }

    private static String said(Map<String, Object> condition, String otherwise) {
        String reason = Tree.text(condition, "reason");
        String message = Tree.text(condition, "message");
        if (message.isEmpty()) {
            return reason.isEmpty() ? otherwise : reason;
        }
        return reason.isEmpty() ? message : reason + ": " + message;
    }
}
