package io.jenkins.plugins.octavo.credentials;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.FilePath;
import hudson.Launcher;
import hudson.model.Run;
import hudson.model.TaskListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jenkinsci.Symbol;
import org.jenkinsci.plugins.credentialsbinding.impl.UnbindableDir;
import org.kohsuke.stapler.DataBoundConstructor;

/** Writes a kubeconfig into a file beside the workspace, and sets a variable to its path; deletes it at the end. */
public final class KubeconfigFileBinding extends KubeconfigBinding {
    private static final String VARIABLE = "KUBECONFIG";
    private static final int OWNER_READS = 0400;

    @DataBoundConstructor
    public KubeconfigFileBinding(String credentialsId) {
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
        if (workspace == null) {
            throw new IllegalArgumentException("A kubeconfig file needs a workspace");
        }
        String content = Kubeconfigs.content(getCredentialsId(), run).getPlainText();
        UnbindableDir directory = UnbindableDir.create(workspace);
        try {
            FilePath file = directory.getDirPath().child("kubeconfig");
            file.write(content, StandardCharsets.UTF_8.name());
            file.chmod(OWNER_READS);
            return new MultiEnvironment(values(file.getRemote(), content), directory.getUnbinder());
        } catch (IOException | InterruptedException | RuntimeException e) {
            directory.getDirPath().deleteRecursive();
            throw e;
        }
    }

    /** Its form. */
    @Extension
    @Symbol("kubeconfigFile")
    public static final class DescriptorImpl extends KubeconfigBindingDescriptor {
        @Override
        public String getDisplayName() {
            return Messages.KubeconfigFileBinding_displayName();
        }

        @Override
        public String getDefaultVariable() {
            return VARIABLE;
        }
    }
}
