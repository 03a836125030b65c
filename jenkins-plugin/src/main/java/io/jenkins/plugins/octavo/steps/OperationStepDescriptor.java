package io.jenkins.plugins.octavo.steps;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.octavo.credentials.KubeconfigCredentials;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;
import org.jenkinsci.plugins.workflow.steps.Step;
import org.jenkinsci.plugins.workflow.steps.durable_task.DurableTaskStep;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/** What the forms of the steps have in common. */
public abstract class OperationStepDescriptor extends DurableTaskStep.DurableTaskStepDescriptor {
    private static final CredentialsMatcher KUBECONFIG = CredentialsMatchers.anyOf(
            CredentialsMatchers.instanceOf(KubeconfigCredentials.class),
            CredentialsMatchers.instanceOf(FileCredentials.class),
            CredentialsMatchers.instanceOf(StringCredentials.class));

    private static final CredentialsMatcher SIGNING_KEY = CredentialsMatchers.anyOf(
            CredentialsMatchers.instanceOf(FileCredentials.class),
            CredentialsMatchers.instanceOf(StringCredentials.class));

    /** A map is text in the form; a list is too, which its setter reads. */
    @Override
    public Step newInstance(@CheckForNull StaplerRequest2 request, JSONObject form) throws FormException {
        JSONObject plain = JSONObject.fromObject(form);
        Object variables = plain.remove("variables");
        Object at = plain.remove("at");
        Object namespaces = plain.remove("namespaces");
        Object kubeconfigs = plain.remove("kubeconfigs");
        Object contexts = plain.remove("contexts");
        Step step = super.newInstance(request, plain);
        if (variables instanceof String lines) {
            if (step instanceof OctavoListStep list) {
                list.setVariables(Texts.map(lines));
            } else if (step instanceof OctavoPreflightStep preflight) {
                preflight.setVariables(Texts.map(lines));
            } else if (step instanceof EnvironmentStep environment) {
                environment.setVariables(Texts.map(lines));
            }
        }
        if (step instanceof OctavoBoardStep board) {
            board.setNamespaces(Texts.map(String.valueOf(namespaces)));
            board.setKubeconfigs(Texts.map(String.valueOf(kubeconfigs)));
            board.setContexts(Texts.map(String.valueOf(contexts)));
        }
        if (at instanceof String lines && step instanceof OctavoExtractStep extract) {
            extract.setAt(Texts.map(lines));
        }
        return step;
    }

    /** For the form. */
    public String lines(@CheckForNull Map<String, String> map) {
        return map == null
                ? ""
                : map.entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining("\n"));
    }

    /** For the form. */
    public String commas(@CheckForNull List<String> list) {
        return list == null ? "" : String.join(", ", list);
    }

    @Override
    public String argumentsToString(Map<String, Object> arguments) {
        for (String name : List.of("service", "environment", "configs", "project")) {
            Object value = arguments.get(name);
            if (value instanceof String text && !text.isEmpty()) {
                return text;
            }
        }
        return null;
    }

    // ---------------------------------------------------------------------------------------------------- credentials

    @POST
    public ListBoxModel doFillKubeconfigIdItems(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String kubeconfigId) {
        return items(item, kubeconfigId, StandardCredentials.class, KUBECONFIG);
    }

    @POST
    public ListBoxModel doFillRegistryCredentialsIdItems(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String registryCredentialsId) {
        return items(
                item, registryCredentialsId, StandardUsernamePasswordCredentials.class, CredentialsMatchers.always());
    }

    @POST
    public ListBoxModel doFillGitCredentialsIdItems(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String gitCredentialsId) {
        return items(item, gitCredentialsId, StandardUsernamePasswordCredentials.class, CredentialsMatchers.always());
    }

    @POST
    public ListBoxModel doFillSonarCredentialsIdItems(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String sonarCredentialsId) {
        return items(item, sonarCredentialsId, StringCredentials.class, CredentialsMatchers.always());
    }

    @POST
    public ListBoxModel doFillSigningKeyIdItems(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String signingKeyId) {
        return items(item, signingKeyId, StandardCredentials.class, SIGNING_KEY);
    }

    @POST
    public ListBoxModel doFillSigningPasswordIdItems(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String signingPasswordId) {
        return items(item, signingPasswordId, StringCredentials.class, CredentialsMatchers.always());
    }

    @POST
    public FormValidation doCheckSigningKeyId(@AncestorInPath @CheckForNull Item item, @QueryParameter String value) {
        return check(item, value);
    }

    @POST
    public FormValidation doCheckSigningPasswordId(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String value) {
        return check(item, value);
    }

    @POST
    public ListBoxModel doFillForgeCredentialsIdItems(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String forgeCredentialsId) {
        return items(item, forgeCredentialsId, StringCredentials.class, CredentialsMatchers.always());
    }

    @POST
    public FormValidation doCheckKubeconfigId(@AncestorInPath @CheckForNull Item item, @QueryParameter String value) {
        return check(item, value);
    }

    @POST
    public FormValidation doCheckRegistryCredentialsId(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String value) {
        return check(item, value);
    }

    @POST
    public FormValidation doCheckGitCredentialsId(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String value) {
        return check(item, value);
    }

    @POST
    public FormValidation doCheckForgeCredentialsId(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String value) {
        return check(item, value);
    }

    @POST
    public FormValidation doCheckSonarCredentialsId(
            @AncestorInPath @CheckForNull Item item, @QueryParameter String value) {
        return check(item, value);
    }

    private static boolean mayNotList(@CheckForNull Item item) {
        return item == null
                ? !Jenkins.get().hasPermission(Jenkins.ADMINISTER)
                : !item.hasPermission(Item.EXTENDED_READ) && !item.hasPermission(CredentialsProvider.USE_ITEM);
    }

    static <C extends StandardCredentials> ListBoxModel items(
            @CheckForNull Item item, String current, Class<C> type, CredentialsMatcher matcher) {
        StandardListBoxModel model = new StandardListBoxModel();
        if (mayNotList(item)) {
            return model.includeCurrentValue(current);
        }
        return model.includeEmptyValue()
                .includeMatchingAs(
                        item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2,
                        item,
                        type,
                        List.of(),
                        matcher)
                .includeCurrentValue(current);
    }

    private static FormValidation check(@CheckForNull Item item, String value) {
        if (mayNotList(item) || value.isBlank()) {
            return FormValidation.ok();
        }
        if (value.contains("${")) {
            return FormValidation.warning(Messages.OperationStep_expression());
        }
        boolean found = !CredentialsProvider.listCredentialsInItem(
                        StandardCredentials.class,
                        item,
                        item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2,
                        List.of(),
                        CredentialsMatchers.withId(value))
                .isEmpty();
        return found ? FormValidation.ok() : FormValidation.error(Messages.OperationStep_noCredential(value));
    }
}
