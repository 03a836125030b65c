package io.jenkins.plugins.octavo.board;

import hudson.model.InvisibleAction;
import hudson.model.Run;
import java.util.Map;

/** The commit that a build delivers, as {@code octavoSource} has returned it: a deployment that fails does not say it. */
public final class DeliveredSource extends InvisibleAction {
    private static final DeliveredSource UNKNOWN = new DeliveredSource("", 0);

    private final String commit;
    private final long committed;

    private DeliveredSource(String commit, long committed) {
        this.commit = commit;
        this.committed = committed;
    }

    /** Takes what {@code octavoSource} has returned. */
    public static void keep(Run<?, ?> run, Object result) {
        Map<?, ?> source = Deliveries.map(result);
        run.addOrReplaceAction(new DeliveredSource(
                Deliveries.text(source.get("commit")), Deliveries.time(source.get("committedAt"))));
    }

    static DeliveredSource of(Run<?, ?> run) {
        DeliveredSource source = run.getAction(DeliveredSource.class);
        return source == null ? UNKNOWN : source;
    }

    String commit() {
        return commit;
    }

    /** In milliseconds; 0 where that is not known. */
    long committed() {
        return committed;
    }
}
