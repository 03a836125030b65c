package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/**
 * {@code octavo test}: builds each chosen microservice with its tests and reads their reports. No test at all is a
 * failure.
 */
public final class OctavoTestStep extends OperationStep {
    private String service = "";

    @DataBoundConstructor
    public OctavoTestStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "test";
    }

    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixNull(service).trim();
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoTest";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoTestStep_displayName();
        }
    }
}
