package io.jenkins.plugins.octavo;

import hudson.EnvVars;
import hudson.Extension;
import hudson.Util;
import hudson.model.EnvironmentContributor;
import hudson.model.Job;
import hudson.model.TaskListener;
import io.jenkins.plugins.octavo.config.Settings;
import java.util.stream.Collectors;

/** Tells builds which steps are here, and what is configured where a build says nothing else. */
@Extension
public final class OctavoVariables extends EnvironmentContributor {
    @Override
    public void buildEnvironmentFor(Job job, EnvVars env, TaskListener listener) {
        env.put("OCTAVO_STEPS", "true");
        env.put("OCTAVO_GATES", "true");
        Settings settings = Settings.of(job);
        settings.registry().ifPresent(registry -> {
            absent(env, "REGISTRY", registry.getHost());
            absent(env, "DOCKERHUB_NAMESPACE", registry.getNamespace());
        });
        String events = settings.notifications().stream()
                .flatMap(notification -> notification.events().stream())
                .distinct()
                .collect(Collectors.joining(","));
        absent(env, "OCTAVO_NOTIFY", events);
        settings.sonar().ifPresent(sonar -> absent(env, "SONAR_HOST_URL", sonar.getUrl()));
    }

    private static void absent(EnvVars env, String name, String value) {
        if (Util.fixEmpty(value) != null) {
            env.putIfAbsent(name, value);
        }
    }
}
