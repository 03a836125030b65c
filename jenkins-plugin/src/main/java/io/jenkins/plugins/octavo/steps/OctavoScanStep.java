package io.jenkins.plugins.octavo.steps;

import hudson.Extension;
import hudson.Util;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** {@code octavo scan}: judges the reports of a scanner of vulnerabilities. */
public final class OctavoScanStep extends OperationStep {
    private String service = "";
    private String report = "";
    private String severity = "high";
    private String accepted = "";
    private int maxAge = 24;

    @DataBoundConstructor
    public OctavoScanStep() {
        // all by setters
    }

    @Override
    public String operation() {
        return "scan";
    }

    public String getService() {
        return service;
    }

    @DataBoundSetter
    public void setService(String service) {
        this.service = Util.fixNull(service).trim();
    }

    public String getReport() {
        return report;
    }

    @DataBoundSetter
    public void setReport(String report) {
        this.report = Util.fixNull(report).trim();
    }

    public String getSeverity() {
        return severity;
    }

    @DataBoundSetter
    public void setSeverity(String severity) {
        this.severity = Util.fixNull(severity).trim();
    }

    public String getAccepted() {
        return accepted;
    }

    @DataBoundSetter
    public void setAccepted(String accepted) {
        this.accepted = Util.fixNull(accepted).trim();
    }

    public int getMaxAge() {
        return maxAge;
    }

    @DataBoundSetter
    public void setMaxAge(int maxAge) {
        this.maxAge = maxAge;
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends OperationStepDescriptor {
        @Override
        public String getFunctionName() {
            return "octavoScan";
        }

        @Override
        public String getDisplayName() {
            return Messages.OctavoScanStep_displayName();
        }
    }
}
