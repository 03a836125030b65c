package io.jenkins.plugins.octavo.steps;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.Describable;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.ListBoxModel;
import java.util.Locale;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** A registry whose images pods pull, and the login for it. */
public final class DockerLogin implements Describable<DockerLogin> {
    private static final String HUB = "https://index.docker.io/v1/";

    private String credentialsId = "";
    private String url = "";

    @DataBoundConstructor
    public DockerLogin() {
        // all by setters
    }

    /** Jobs that the old plugin has saved lack what was not entered. */
    private Object readResolve() {
        setCredentialsId(credentialsId);
        setUrl(url);
        return this;
    }

    /** From what an old job has saved, whose class is of the plugin docker-commons. */
    @CheckForNull
    static DockerLogin of(@CheckForNull Object saved) {
        if (saved == null || saved instanceof DockerLogin) {
            return (DockerLogin) saved;
        }
        try {
            DockerLogin login = new DockerLogin();
            login.setCredentialsId(
                    (String) saved.getClass().getMethod("getCredentialsId").invoke(saved));
            login.setUrl((String) saved.getClass().getMethod("getUrl").invoke(saved));
            return login;
        } catch (ReflectiveOperationException | ClassCastException e) {
            return null;
        }
    }

    /** ID of a credential with user name and password. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixNull(credentialsId).trim();
    }

    /** The registry's address; {@code ""} for Docker Hub. */
    public String getUrl() {
        return url;
    }

    @DataBoundSetter
    public void setUrl(String url) {
        this.url = Util.fixNull(url).trim();
    }

    String effectiveUrl() {
        if (url.isEmpty()) {
            return HUB;
        }
        return url.toLowerCase(Locale.ROOT).matches("[a-z][a-z0-9+.-]*://.*") ? url : "http://" + url;
    }

    /** Its form. */
    @Extension
    public static final class DescriptorImpl extends Descriptor<DockerLogin> {
        @Override
        public String getDisplayName() {
            return Messages.DockerLogin_displayName();
        }

        @POST
        public ListBoxModel doFillCredentialsIdItems(
                @AncestorInPath @CheckForNull Item item, @QueryParameter String credentialsId) {
            return OperationStepDescriptor.items(
                    item, credentialsId, StandardUsernamePasswordCredentials.class, CredentialsMatchers.always());
        }
    }
}
