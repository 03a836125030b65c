package io.jenkins.plugins.octavo.credentials;

import com.cloudbees.plugins.credentials.Credentials;
import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.impl.BaseStandardCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.init.InitMilestone;
import hudson.init.Initializer;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.model.Items;
import hudson.model.Run;
import hudson.model.User;
import hudson.util.FormValidation;
import hudson.util.Secret;
import hudson.util.XStream2;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * A kubeconfig.
 *
 * <p>Where it opens an environment that has a gate, a build gets its content only after the gate: {@link #forRun}.
 */
public class KubeconfigCredentials extends BaseStandardCredentials {
    private static final long serialVersionUID = 1L;

    /** Null where the plugin kubernetes-cd had none, but a place that Jenkins does not read. */
    @CheckForNull
    private Secret content;

    /** What the plugin kubernetes-cd read its content from; null for content of its own. */
    @CheckForNull
    private String lostSource;

    /** As the plugin kubernetes-cd kept it: read, but not written again. */
    @SuppressWarnings("unused")
    private transient KubernetesCdSource kubeconfigSource;

    /** @throws Descriptor.FormException if it is not a kubeconfig, or one that would open files or start programs */
    @DataBoundConstructor
    public KubeconfigCredentials(
            @CheckForNull CredentialsScope scope,
            @CheckForNull String id,
            @CheckForNull String description,
            @NonNull Secret content)
            throws Descriptor.FormException {
        this(scope, id, description, content, "");
        KubeconfigText.Problem problem =
                KubeconfigText.check(Secret.toString(content)).orElse(null);
        if (problem != null) {
            throw new Descriptor.FormException(problem.message(), "content");
        }
    }

    /** As it is, without a check. */
    KubeconfigCredentials(
            @CheckForNull CredentialsScope scope,
            @CheckForNull String id,
            @CheckForNull String description,
            @CheckForNull Secret content,
            String lostSource) {
        super(scope, id, description);
        this.content = content;
        this.lostSource = Util.fixEmpty(lostSource);
    }

    /** The kubeconfig; null where there is none, see {@link #getLostSource}. */
    @CheckForNull
    public Secret getContent() {
        return content;
    }

    /** What the plugin kubernetes-cd read its content from, which is not done any more; {@code ""} for a usual one. */
    public String getLostSource() {
        return Util.fixNull(lostSource);
    }

    /** Itself, or one without content if it opens environments whose gates the build has not passed. */
    @NonNull
    @Override
    public Credentials forRun(@NonNull Run<?, ?> run) {
        return GateLock.reason(getId(), run)
                .<Credentials>map(reason -> new LockedKubeconfigCredentials(this, reason))
                .orElse(this);
    }

    protected Object readResolve() {
        if (kubeconfigSource != null) {
            content = kubeconfigSource.content();
            lostSource = Util.fixEmpty(kubeconfigSource.lost());
            kubeconfigSource = null;
        }
        if (!getLostSource().isEmpty()) {
            LostKubeconfigMonitor.sawOne();
        }
        return this;
    }

    /** Reads what the plugin kubernetes-cd wrote, under its names. */
    @Initializer(before = InitMilestone.PLUGINS_STARTED)
    public static void readKubernetesCd() {
        String old = "com.microsoft.jenkins.kubernetes.credentials.KubeconfigCredentials";
        for (XStream2 xstream : List.of(Jenkins.XSTREAM2, Items.XSTREAM2, User.XSTREAM)) {
            xstream.addCompatibilityAlias(old, KubeconfigCredentials.class);
            for (String source : List.of(
                    "DirectEntryKubeconfigSource",
                    "FileOnMasterKubeconfigSource",
                    "FileOnKubernetesMasterKubeconfigSource")) {
                xstream.addCompatibilityAlias(old + "$" + source, KubernetesCdSource.class);
            }
            String bindings = "com.microsoft.jenkins.kubernetes.credentials.Kubeconfig";
            xstream.addCompatibilityAlias(bindings + "CredentialsBinding", KubeconfigContentBinding.class);
            xstream.addCompatibilityAlias(bindings + "FileCredentialsBinding", KubeconfigFileBinding.class);
        }
    }

    /** Where the plugin kubernetes-cd had a kubeconfig from: one of its three kinds, each with fields of its own. */
    static final class KubernetesCdSource {
        /** Of a kubeconfig entered directly. */
        @CheckForNull
        private Secret content;

        /** Of a file on the controller. */
        @CheckForNull
        private String kubeconfigFile;

        /** Of a file copied from a host of the cluster by SSH. */
        @CheckForNull
        private String server;

        @SuppressWarnings("unused")
        private String sshCredentialId;

        @CheckForNull
        private String file;

        @CheckForNull
        Secret content() {
            return content;
        }

        String lost() {
            if (content != null) {
                return "";
            }
            if (server != null) {
                return server + ":" + (file == null ? ".kube/config" : file);
            }
            return kubeconfigFile == null || kubeconfigFile.isEmpty() ? "?" : kubeconfigFile;
        }
    }

    /** Its form. */
    @Extension
    @Symbol("kubeconfig")
    public static class DescriptorImpl extends BaseStandardCredentialsDescriptor {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.KubeconfigCredentials_displayName();
        }

        @Override
        public String getIconClassName() {
            return "symbol-key";
        }

        /** Says what is wrong before it is saved. */
        @POST
        public FormValidation doCheckContent(@AncestorInPath Item item, @QueryParameter String value) {
            if (item == null ? !Jenkins.get().hasPermission(Jenkins.ADMINISTER) : !item.hasPermission(Item.CONFIGURE)) {
                return FormValidation.ok();
            }
            return KubeconfigText.check(Secret.toString(Secret.fromString(value)))
                    .map(problem -> FormValidation.error(problem.message()))
                    .orElse(FormValidation.ok());
        }
    }
}
