package io.jenkins.plugins.octavo.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** A SonarQube server. */
public final class Sonar extends AbstractDescribableImpl<Sonar> {
    private final String url;
    private String credentialsId = "";

    @DataBoundConstructor
    public Sonar(String url) {
        this.url = Util.fixNull(url).trim();
    }

    /** Its address. */
    public String getUrl() {
        return url;
    }

    /** ID of a secret text with a token; {@code ""} for none. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixNull(credentialsId).trim();
    }

    /** Its form. */
    @Extension
    @Symbol("octavoSonar")
    public static final class DescriptorImpl extends Descriptor<Sonar> {
        @Override
        public String getDisplayName() {
            return Messages.Sonar_displayName();
        }
    }
}
