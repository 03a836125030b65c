package io.jenkins.plugins.octavo.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** A registry that images are pushed to. */
public final class Registry extends AbstractDescribableImpl<Registry> {
    private final String host;
    private String namespace = "";
    private String credentialsId = "";

    @DataBoundConstructor
    public Registry(String host) {
        this.host = Util.fixNull(host).trim();
    }

    /** Its host, with its port where it has one. */
    public String getHost() {
        return host;
    }

    /** The project or account in it. */
    public String getNamespace() {
        return namespace;
    }

    @DataBoundSetter
    public void setNamespace(String namespace) {
        this.namespace = Util.fixNull(namespace).trim();
    }

    /** ID of a credential with user name and password; {@code ""} for none. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixNull(credentialsId).trim();
    }

    /** Its form. */
    @Extension
    @Symbol("octavoRegistry")
    public static final class DescriptorImpl extends Descriptor<Registry> {
        @Override
        public String getDisplayName() {
            return Messages.Registry_displayName();
        }
    }
}
