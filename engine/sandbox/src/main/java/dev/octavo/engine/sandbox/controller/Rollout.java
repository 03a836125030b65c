package dev.octavo.engine.sandbox.controller;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** How many pods a rolling update may add and take away. Numbers only: it knows no objects. */
final class Rollout {
    /**
     * A ReplicaSet of the Deployment.
     *
     * @param replicas what it asks for
     * @param existing the pods that it has
     * @param available those that are available
     */
    record Replicas(int replicas, int existing, int available) {}

    private Rollout() {}

    /** A number, or a percentage of another; rounded up or down. */
    static int resolve(JsonNode value, int of, boolean up) {
        if (!value.isString()) {
            return value.asInt(0);
        }
        String text = value.asString("0%");
        int percent = Integer.parseInt(text.substring(0, text.length() - 1));
        return up ? (percent * of + 99) / 100 : percent * of / 100;
    }

    /** How many pods above the wanted number there may be. */
    static int maxSurge(JsonNode rolling, int wanted) {
        return resolve(rolling.path("maxSurge"), wanted, true);
    }

    /** How many pods fewer than wanted may be available; at least 1 where no pod may be added. */
    static int maxUnavailable(JsonNode rolling, int wanted) {
        int unavailable = Math.min(wanted, resolve(rolling.path("maxUnavailable"), wanted, false));
        return unavailable == 0 && maxSurge(rolling, wanted) == 0 ? 1 : unavailable;
    }

    /** What the new ReplicaSet may ask for now. */
    static int newReplicas(int wanted, int maxSurge, Replicas fresh, List<Replicas> old) {
        if (fresh.replicas() >= wanted) {
            return wanted;
        }
        int total = fresh.replicas() + old.stream().mapToInt(Replicas::replicas).sum();
        int room = wanted + maxSurge - total;
        return room <= 0 ? fresh.replicas() : fresh.replicas() + Math.min(room, wanted - fresh.replicas());
    }

    /**
     * What the old ReplicaSets may ask for now: pods that are not available go first, then as many as are not needed.
     *
     * @param old oldest first
     */
    static List<Integer> oldReplicas(int wanted, int maxUnavailable, Replicas fresh, List<Replicas> old) {
        List<Integer> result = new ArrayList<>();
        old.forEach(each -> result.add(each.replicas()));
        int minAvailable = wanted - maxUnavailable;
        int total = fresh.replicas() + old.stream().mapToInt(Replicas::replicas).sum();
        int freshMissing = fresh.replicas() - fresh.available();
        int removable = total - minAvailable - freshMissing;
        if (removable <= 0) {
            return result;
        }
        int cleaned = 0;
        for (int i = 0; i < old.size() && cleaned < removable; i++) {
            int unhealthy = result.get(i) - Math.min(result.get(i), old.get(i).available());
            int go = Math.min(removable - cleaned, unhealthy);
            result.set(i, result.get(i) - go);
            cleaned += go;
        }
        int available =
                fresh.available() + old.stream().mapToInt(Replicas::available).sum();
        int spare = available - minAvailable;
        for (int i = 0; i < old.size() && spare > 0; i++) {
            int go = Math.min(spare, result.get(i));
            result.set(i, result.get(i) - go);
            spare -= go;
        }
        return result;
    }
}
