package io.jenkins.plugins.octavo.config;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.net.URI;
import java.net.URISyntaxException;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A SonarQube server. */
public final class Sonar implements Describable<Sonar> {
    private final String url;
    private String credentialsId = "";

    @DataBoundConstructor
    public Sonar(String url) {
        this.url = Util.fixNull(url).trim();
    }

    /** Its address. */
    public String getUrl() {
        return Util.fixNull(url);
    }

    /** ID of a secret text with a token; {@code ""} for none. */
    public String getCredentialsId() {
        return Util.fixNull(credentialsId);
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixNull(credentialsId).trim();
    }

    /** Its form. */
    @Extension
    @Symbol("octavoSonar")
    public static final class DescriptorImpl extends Descriptor<Sonar> {
        private static final CredentialsMatcher MATCHER = CredentialsMatchers.instanceOf(StringCredentials.class);

        @Override
        public String getDisplayName() {
            return Messages.Sonar_displayName();
        }

        /** An address with scheme and host, and without secrets. */
        @POST
        public FormValidation doCheckUrl(@CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            if (!Forms.mayConfigure(item)) {
                return FormValidation.ok();
            }
            String url = Util.fixNull(value).trim();
            try {
                URI uri = new URI(url);
                boolean web = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
                if (!web || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
                    return FormValidation.error(Messages.Sonar_url());
                }
                return uri.getUserInfo() == null
                        ? FormValidation.ok()
                        : FormValidation.error(Messages.Sonar_urlWithSecret());
            } catch (URISyntaxException e) {
                return FormValidation.error(Messages.Sonar_url());
            }
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @CheckForNull @AncestorInPath Item item,
                @QueryParameter String url,
                @QueryParameter String credentialsId) {
            return Forms.credentials(
                    item, credentialsId, URIRequirementBuilder.fromUri(url).build(), MATCHER);
        }

        @POST
        public FormValidation doCheckCredentialsId(
                @CheckForNull @AncestorInPath Item item, @QueryParameter String value) {
            return Forms.checkCredentials(item, value, MATCHER, false);
        }
    }
}
