package io.jenkins.plugins.octavo.credentials;

import com.cloudbees.plugins.credentials.CredentialsDescriptor;
import edu.umd.cs.findbugs.annotations.NonNull;
import edu.umd.cs.findbugs.annotations.SuppressFBWarnings;
import hudson.remoting.Channel;
import hudson.util.Secret;
import java.io.NotSerializableException;
import jenkins.model.Jenkins;

/** What a build gets of a kubeconfig whose gate it has not passed: everything but the content. */
@SuppressFBWarnings(
        value = "SE_TRANSIENT_FIELD_NOT_RESTORED",
        justification = "what is written is the credential itself")
final class LockedKubeconfigCredentials extends KubeconfigCredentials {
    private static final long serialVersionUID = 1L;

    private final transient KubeconfigCredentials unlocked;
    private final String reason;

    LockedKubeconfigCredentials(KubeconfigCredentials unlocked, String reason) {
        super(unlocked.getScope(), unlocked.getId(), unlocked.getDescription(), null, unlocked.getLostSource());
        this.unlocked = unlocked;
        this.reason = reason;
    }

    /** Why, in four lines. */
    String reason() {
        return reason;
    }

    /** For the plan that the gate shows, which never leaves the plugin's own steps. */
    KubeconfigCredentials unlocked() {
        return unlocked;
    }

    /** @throws IllegalStateException always: the reason */
    @NonNull
    @Override
    public Secret getContent() {
        throw new IllegalStateException(reason);
    }

    @NonNull
    @Override
    public CredentialsDescriptor getDescriptor() {
        return (CredentialsDescriptor) Jenkins.get().getDescriptorOrDie(KubeconfigCredentials.class);
    }

    /** The lock counts for one build: what is written is the credential itself, and nothing of it goes to an agent. */
    private Object writeReplace() throws NotSerializableException {
        if (Channel.current() != null) {
            throw new NotSerializableException(reason);
        }
        return unlocked;
    }
}
