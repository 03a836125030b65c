package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.cluster.Refusal.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** All objects of a deployment that the server would not accept, told at once and before anything is written. */
final class Refusals {
    private static final String TAKE = "leave these fields out of the manifests, or take them with --force-conflicts,"
            + " which their owners may undo";

    private final ClusterClient client;
    private final Masker masker;
    private final List<String> lines = new ArrayList<>();
    private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    private String first = "";
    private int count;

    Refusals(ClusterClient client, Masker masker) {
        this.client = client;
        this.masker = masker;
    }

    /** @throws EngineException where the server did not say no but failed */
    void add(ManifestObject object, Refusal refusal) {
        if (refusal.answer().passing()) {
            throw client.refused("The cluster fails to check " + object.title(), client.server(), refusal.answer());
        }
        first = count == 0 ? object.place() : first;
        count++;
        reasons.add(refusal.reason());
        String head = object.place() + "  " + object.title() + ": ";
        List<String> message = message(object, refusal).lines().toList();
        lines.add(head + message.get(0));
        message.subList(1, message.size()).forEach(line -> lines.add("  " + line));
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether nothing but permissions is missing. */
    boolean onlyPermissions() {
        return reasons.equals(EnumSet.of(Reason.PERMISSION));
    }

    EngineException failure() {
        String what = count == 1 ? "an object" : count + " objects";
        Reason reason = reasons.size() == 1 ? reasons.iterator().next() : Reason.OTHER;
        return new EngineException(
                reason.code(),
                switch (reason) {
                    case CONFLICT -> "Something else owns fields of " + what + ", and nothing was written";
                    case IMMUTABLE ->
                        "The cluster cannot change " + what + " into what is wanted, and nothing was written";
                    case PERMISSION, OTHER -> "The cluster refuses " + what + ", and nothing was written";
                },
                first + " (" + client.server() + ")",
                String.join("\n", lines),
                switch (reason) {
                    case CONFLICT -> TAKE;
                    case IMMUTABLE -> "keep these fields as they are, or name the objects that may be made again";
                    case PERMISSION -> "grant these permissions to the user of the kubeconfig";
                    case OTHER -> "correct the manifests";
                });
    }

    /** Of a single object that was accepted on trial, and no longer is. */
    EngineException late(ManifestObject object, Refusal refusal) {
        String message = message(object, refusal);
        if (refusal.reason() != Reason.CONFLICT) {
            EngineException refused =
                    client.refused("The cluster refuses " + object.title(), object.place(), refusal.answer());
            return new EngineException(refused.code(), refused.what(), refused.where(), message, refused.fix());
        }
        return new EngineException(
                ErrorCode.CLUSTER_CONFLICT,
                "Something else owns fields of " + object.title() + " since a moment ago",
                object.place(),
                message,
                TAKE);
    }

    private String message(ManifestObject object, Refusal refusal) {
        String message = refusal.message();
        if (refusal.reason() == Reason.CONFLICT || refusal.reason() == Reason.IMMUTABLE) {
            return message;
        }
        if (object.kind().equals("Secret")) {
            // the server quotes the values that it does not like
            message = message.replaceAll(
                    "(?s)Invalid value: (\"(\\\\.|[^\"\\\\])*\"|[^:]*)", "Invalid value: " + Masker.MASK);
        }
        return masker.mask(message + hint(message));
    }

    private static String hint(String message) {
        if (message.contains("because it is being terminated")) {
            return " (wait until it is gone, then run this again)";
        }
        if (message.contains("admission webhook \"")) {
            return " (the rule is the webhook's, not Kubernetes': ask who runs it)";
        }
        if (message.contains("exceeded quota")) {
            return " (lower what is asked for, or have the namespace's ResourceQuota raised)";
        }
        return message.contains("expected string, got") ? " (put the value in quotation marks)" : "";
    }
}
