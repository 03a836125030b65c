package io.jenkins.plugins.octavo.credentials;

import hudson.model.Run;
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
        // an approval counts for the environment that has that name here, not for one of the same name further out
        boolean open = guarded.isEmpty()
                || guarded.stream()
                        .filter(settings::counts)
                        .anyMatch(environment -> Approvals.anyApproved(run, environment.getName()));
        if (open) {
            return Optional.empty();
        }
        String environments = guarded.stream()
                .map(environment -> environment.getName() + " (gate " + environment.getGate() + ")")
                .distinct()
                .collect(Collectors.joining(", "));
        return Optional.of(FourLines.of(
                "Kubeconfig credentials with id " + credentialsId + " are locked for this build",
                run.getFullDisplayName(),
                "they open " + environments + ", and this build has passed no gate of these",
                "pass the gate first (octavoGate environment: '" + guarded.get(0).getName()
                        + "'), and give environments without a gate credentials of their own"));
    }
}
