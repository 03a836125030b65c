package io.jenkins.plugins.octavo.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.IOException;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;

/** Sets a variable to the content of a kubeconfig. */
public final class KubeconfigContentBinding extends KubeconfigBinding {
    private static final String VARIABLE = "KUBECONFIG_CONTENT";

    @DataBoundConstructor
    public KubeconfigContentBinding(String credentialsId) {
        super(credentialsId);
    }

    @Override
    String defaultVariable() {
        return VARIABLE;
    }

    @Override
    public MultiEnvironment bind(
            @NonNull Run<?, ?> run,
            @CheckForNull FilePath workspace,
            @CheckForNull Launcher launcher,
            @NonNull TaskListener listener)
            throws IOException, InterruptedException {
        String content = Kubeconfigs.content(getCredentialsId(), run).getPlainText();
        return new MultiEnvironment(values(content, content));
    }

    /** Its form. */
    @Extension
    @Symbol("kubeconfigContent")
    public static final class DescriptorImpl extends KubeconfigBindingDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.KubeconfigContentBinding_displayName();
        }

        @Override
        public boolean requiresWorkspace() {
            return false;
        }

        @Override
        public String getDefaultVariable() {
            return VARIABLE;
        }
    }
}
