package io.jenkins.plugins.octavo.credentials;

import hudson.model.Run;
import io.jenkins.plugins.octavo.FourLines;
import io.jenkins.plugins.octavo.config.Environment;
import io.jenkins.plugins.octavo.config.Settings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Keeps what opens an environment with a gate from builds that have not passed that gate. */
final class GateLock {
    private GateLock() {}

    /** Why a build may not have these credentials, in four lines; empty where it may. */
    static Optional<String> reason(String credentialsId, Run<?, ?> run) {
        Settings settings = Settings.of(run.getParent());
        List<Environment> guarded = settings.guardedBy(credentialsId);
        if (guarded.isEmpty()) {
            return Optional.empty();
        }
        // an approval is for the environment that has that name here, not for one of the same name further out
        List<Environment> passable = guarded.stream().filter(settings::counts).toList();
        if (passable.stream().anyMatch(environment -> Approvals.anyApproved(run, environment.getName()))) {
            return Optional.empty();
        }
        String environments = guarded.stream()
                .map(environment -> environment.getName() + " (gate " + environment.getGate() + ")")
                .distinct()
                .collect(Collectors.joining(", "));
        String why = "they open " + environments + ", and this build has passed no gate of these";
        String fix = passable.isEmpty()
                ? "these are hidden here by environments of the same name in a folder: rename the folder's, and give it"
                        + " a cluster with credentials of its own"
                : "pass the gate first (octavoGate environment: '"
                        + passable.get(0).getName()
                        + "'), and give environments without a gate credentials of their own";
        return Optional.of(FourLines.text(
                FourLines.GATE,
                "Kubeconfig credentials with id " + credentialsId + " are locked for this build",
                run.getFullDisplayName(),
                why,
                fix));
    }
}
