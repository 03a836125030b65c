package io.jenkins.plugins.octavo;

import hudson.EnvVars;
import hudson.Extension;
import hudson.model.EnvironmentContributor;
import hudson.model.Job;
import hudson.model.TaskListener;

/** Tells the shared library which steps are here. */
@Extension
public final class OctavoVariables extends EnvironmentContributor {
    @Override
    public void buildEnvironmentFor(Job job, EnvVars env, TaskListener listener) {
        env.put("OCTAVO_STEPS", "true");
        env.put("OCTAVO_GATES", "true");
    }
}
