package io.jenkins.plugins.octavo.steps;

import groovy.json.JsonSlurperClassic;
import hudson.EnvVars;
import hudson.model.EnvironmentContributingAction;
import hudson.model.InvisibleAction;
import hudson.model.Run;
import java.util.Map;

/** Tells the rest of the build the name of the Secret that {@code kubernetesDeploy} has made. */
final class PullSecretAction extends InvisibleAction implements EnvironmentContributingAction {
    private final String name;

    private PullSecretAction(String name) {
        this.name = name;
    }

    /** @param result of {@code kubernetes-deploy}, as JSON or as what that was read to */
    static void add(Run<?, ?> run, Object result) {
        Object parsed = result instanceof String json ? new JsonSlurperClassic().parseText(json) : result;
        if (parsed instanceof Map<?, ?> map && map.get("secretName") instanceof String name && !name.isEmpty()) {
            run.addOrReplaceAction(new PullSecretAction(name));
        }
    }

    @Override
    public void buildEnvironment(Run<?, ?> run, EnvVars env) {
        env.put("KUBERNETES_SECRET_NAME", name);
    }
}
