package io.jenkins.plugins.octavo.config;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A registry that images are pushed to. */
public final class Registry implements Describable<Registry> {
    private final String host;
    private String namespace = "";
    private String credentialsId = "";

    @DataBoundConstructor
    public Registry(String host) {
        this.host = Util.fixNull(host).trim();
    }

    /** Its host, with its port where it has one. */
    public String getHost() {
        return Util.fixNull(host);
    }

    /** The project or account in it. */
    public String getNamespace() {
        return Util.fixNull(namespace);
    }

    @DataBoundSetter
    public void setNamespace(String namespace) {
        this.namespace = Util.fixNull(namespace).trim();
    }

    /** ID of a credential with user name and password; {@code ""} for none. */
    public String getCredentialsId() {
        return Util.fixNull(credentialsId);
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixNull(credentialsId).trim();
    }

    /** Its form. */
    @Extension
    @Symbol("octavoRegistry")
    public static final class DescriptorImpl extends Descriptor<Registry> {
        private static final CredentialsMatcher MATCHER =
                CredentialsMatchers.instanceOf(StandardUsernamePasswordCredentials.class);

        @Override
        public String getDisplayName() {
            return Messages.Registry_displayName();
        }

        /** A host as in an image's name. */
        @POST
        public FormValidation doCheckHost(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            if (!Forms.mayConfigure(item)) {
                return FormValidation.ok();
            }
            String host = Util.fixNull(value).trim();
            if (host.matches("https?://.*")) {
                return FormValidation.error(Messages.Registry_hostWithScheme());
            }
            return host.matches("([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+])(:[0-9]{1,5})?")
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.Registry_host());
        }

        /** A path as in an image's name. */
        @POST
        public FormValidation doCheckNamespace(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            if (!Forms.mayConfigure(item)) {
                return FormValidation.ok();
            }
            String path = Util.fixNull(value).trim();
            return path.isEmpty() || path.matches("[a-z0-9]+([._/-]+[a-z0-9]+)*")
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.Registry_namespace());
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @CheckForNull @AncestorInPath Item item,
                @QueryParameter String host,
                @QueryParameter String credentialsId) {
            return Forms.credentials(
                    item,
                    credentialsId,
                    URIRequirementBuilder.fromUri(
                                    "https://" + Util.fixNull(host).trim())
                            .build(),
                    MATCHER);
        }

        @POST
        public FormValidation doCheckCredentialsId(
                @CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            return Forms.checkCredentials(item, value, MATCHER, false);
        }
    }
}
