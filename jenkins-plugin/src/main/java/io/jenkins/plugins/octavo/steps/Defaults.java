package io.jenkins.plugins.octavo.steps;

import io.jenkins.plugins.octavo.FourLines;
import io.jenkins.plugins.octavo.config.Cluster;
import io.jenkins.plugins.octavo.config.Environment;
import io.jenkins.plugins.octavo.config.Registry;
import io.jenkins.plugins.octavo.config.Settings;
import io.jenkins.plugins.octavo.config.Sonar;
import io.jenkins.plugins.octavo.gate.GateAction;
import java.util.List;
import java.util.Optional;

/** Completes a call by what is configured. A configured credential goes to the configured address and to no other. */
final class Defaults {
    private Defaults() {}

    static void registry(OperationStep.Call call, String credentialsId) {
        String id = credentialsId;
        if (id.isEmpty()) {
            id = settings(call)
                    .registry(call.value("registry", "REGISTRY"))
                    .map(Registry::getCredentialsId)
                    .orElse("");
        }
        call.secrets().login(id, "REGISTRY_USERNAME", "REGISTRY_PASSWORD");
    }

    static void sonar(OperationStep.Call call, String credentialsId) {
        String id = credentialsId;
        if (id.isEmpty()) {
            id = settings(call)
                    .sonar()
                    .filter(sonar -> sonar.getUrl().equals(call.value("sonarUrl", "SONAR_HOST_URL")))
                    .map(Sonar::getCredentialsId)
                    .orElse("");
        }
        call.secrets().text(id, "SONAR_TOKEN");
    }

    /** A plan changes nothing, and a gate needs one; so it may use the environment's own credential before the gate. */
    static void plan(OperationStep.Call call, String environment, String kubeconfigId) throws FourLines {
        Optional<Environment> configured = environment(call, environment);
        if (!kubeconfigId.isEmpty() || configured.isEmpty()) {
            call.secrets().kubeconfig(kubeconfigId);
            return;
        }
        Cluster cluster = cluster(call, configured.get());
        String own = cluster.getPlanCredentialsId();
        call.secrets().kubeconfigForPlan(own.isEmpty() ? cluster.getCredentialsId() : own);
    }

    /** What was approved is what is deployed: a gated environment takes no other plan. */
    static void deploy(OperationStep.Call call, String environment, String kubeconfigId) throws FourLines {
        Optional<Environment> configured = environment(call, environment);
        if (configured.isPresent() && !configured.get().getGate().isEmpty()) {
            List<String> approved = GateAction.approvedHashes(call.run(), environment);
            if (approved.isEmpty()) {
                throw new FourLines(
                        FourLines.GATE,
                        "The environment \"" + environment + "\" has a gate that this build has not passed",
                        call.run().getFullDisplayName(),
                        "no plan for it was approved by the gate \""
                                + configured.get().getGate() + "\"",
                        "make a plan with octavoPlan, or to go back with octavoRollback(planOnly: true), and ask"
                                + " with octavoGate first");
            }
            Object asked = call.inputs().get("approvedHash");
            String service = String.valueOf(call.inputs().getOrDefault("service", ""));
            if (asked == null) {
                // one gate for each microservice, or one for all
                asked = GateAction.approvedHash(call.run(), environment, service).orElse(approved.get(0));
                call.inputs().put("approvedHash", asked);
            }
            if (!approved.contains(asked.toString())) {
                throw new FourLines(
                        FourLines.PLAN_CHANGED,
                        "The plan that is to be deployed is not the one that was approved",
                        "environment " + environment,
                        "approved was " + String.join(", ", approved) + ", asked for is " + asked,
                        "leave approvedHash out, or pass what octavoGate returned");
            }
        }
        if (!kubeconfigId.isEmpty() || configured.isEmpty()) {
            call.secrets().kubeconfig(kubeconfigId);
            return;
        }
        call.secrets().kubeconfig(cluster(call, configured.get()).getCredentialsId());
    }

    private static Settings settings(OperationStep.Call call) {
        return Settings.of(call.run().getParent());
    }

    private static Optional<Environment> environment(OperationStep.Call call, String name) throws FourLines {
        Settings settings = settings(call);
        Optional<Environment> found = settings.environment(name);
        if (found.isEmpty() && settings.hasEnvironments()) {
            throw new FourLines(
                    FourLines.INVALID,
                    "There is no environment \"" + name + "\"",
                    call.run().getParent().getFullDisplayName(),
                    "configured for it are " + String.join(", ", settings.environmentNames()),
                    "correct the name, or have the environment configured in Jenkins or in the job's folder");
        }
        if (found.isPresent()) {
            fix(call, name, "clusterNamespace", "namespace", found.get().getNamespace());
        }
        return found;
    }

    private static Cluster cluster(OperationStep.Call call, Environment environment) throws FourLines {
        Cluster cluster = settings(call)
                .cluster(environment)
                .orElseThrow(() -> new FourLines(
                        FourLines.INVALID,
                        "There is no cluster \"" + environment.getCluster() + "\"",
                        "the configuration of the environment \"" + environment.getName() + "\"",
                        "no cluster of that name is configured",
                        "add it to Octavo's configuration"));
        fix(call, environment.getName(), "context", "context", cluster.getContext());
        return cluster;
    }

    /** What whoever keeps an environment has set, no Jenkinsfile changes: it may be the border to another team's. */
    private static void fix(OperationStep.Call call, String environment, String input, String what, String configured)
            throws FourLines {
        if (configured.isEmpty()) {
            return;
        }
        Object asked = call.inputs().put(input, configured);
        if (asked != null && !asked.equals(configured)) {
            throw new FourLines(
                    FourLines.INVALID,
                    "The environment \"" + environment + "\" is not where the Jenkinsfile wants it",
                    call.run().getParent().getFullDisplayName(),
                    "its " + what + " is configured as \"" + configured + "\", and " + input + " is \"" + asked + "\"",
                    "leave " + input + " out, or have an environment of your own configured for it");
        }
    }
}
