package io.jenkins.plugins.octavo.credentials;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Util;
import hudson.model.Item;
import hudson.model.Run;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jenkinsci.plugins.credentialsbinding.BindingDescriptor;
import org.jenkinsci.plugins.credentialsbinding.MultiBinding;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/**
 * Binds a kubeconfig to a variable.
 *
 * <p>Logs are masked line by line, and no line is a whole kubeconfig. What masks the tokens, keys and passwords in it
 * are further variables, {@code KUBECONFIG_SECRET_1} and so on: a binding has no other way to say what is secret.
 */
public abstract class KubeconfigBinding extends MultiBinding<StandardCredentials> {
    /** The plugin kubernetes-cd wrote it too; null for the default. */
    @CheckForNull
    private String variable;

    KubeconfigBinding(String credentialsId) {
        super(credentialsId);
    }

    abstract String defaultVariable();

    /** Name of the variable. */
    public String getVariable() {
        return variable == null ? defaultVariable() : variable;
    }

    @DataBoundSetter
    public void setVariable(@CheckForNull String variable) {
        String name = Util.fixEmptyAndTrim(variable);
        this.variable = defaultVariable().equals(name) ? null : name;
    }

    @Override
    protected Class<StandardCredentials> type() {
        return StandardCredentials.class;
    }

    /** With the value of the variable, and those that only have to be masked. */
    Map<String, String> values(String value, String content) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put(getVariable(), value);
        int number = 0;
        for (String secret : KubeconfigText.secrets(content)) {
            values.put(masked(++number), secret);
        }
        return values;
    }

    private String masked(int number) {
        return getVariable() + "_SECRET_" + number;
    }

    @Override
    public Set<String> variables(@NonNull Run<?, ?> run) {
        Set<String> variables = new LinkedHashSet<>(Set.of(getVariable()));
        try {
            String content = Kubeconfigs.content(getCredentialsId(), run).getPlainText();
            variables.addAll(values("", content).keySet());
        } catch (IOException e) {
            // binding it will say so
        }
        return variables;
    }

    /** The form of both. */
    public abstract static class KubeconfigBindingDescriptor extends BindingDescriptor<StandardCredentials> {
        @Override
        protected Class<StandardCredentials> type() {
            return StandardCredentials.class;
        }

        /** For the form. */
        public abstract String getDefaultVariable();

        @POST
        @Override
        public ListBoxModel doFillCredentialsIdItems(@AncestorInPath Item owner) {
            if (owner == null
                    || !owner.hasPermission(Item.EXTENDED_READ) && !owner.hasPermission(CredentialsProvider.USE_ITEM)) {
                return new ListBoxModel();
            }
            return new StandardListBoxModel()
                    .includeMatchingAs(ACL.SYSTEM2, owner, StandardCredentials.class, List.of(), Kubeconfigs.matcher());
        }

        /** A name that shells and Jenkins can set. */
        @POST
        public FormValidation doCheckVariable(@AncestorInPath Item owner, @QueryParameter String value) {
            if (owner == null || !owner.hasPermission(Item.CONFIGURE)) {
                return FormValidation.ok();
            }
            return value.isBlank() || value.matches("[A-Za-z_][A-Za-z0-9_]*")
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.KubeconfigBinding_variable());
        }
    }
}
