package io.jenkins.plugins.octavo.credentials;

import com.cloudbees.plugins.credentials.CredentialsMatcher;
import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.AbortException;
import hudson.Util;
import hudson.model.Run;
import hudson.util.Secret;
import io.jenkins.plugins.octavo.FourLines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/** Kubeconfigs by the ID of their credentials: of the type of that name, a secret file or a secret text. */
public final class Kubeconfigs {
    private static final String TYPES = "kubeconfig, secret file or secret text";

    private Kubeconfigs() {}

    /** The credentials that can hold a kubeconfig, for drop-downs and checks. */
    public static CredentialsMatcher matcher() {
        return CredentialsMatchers.anyOf(
                CredentialsMatchers.instanceOf(KubeconfigCredentials.class),
                CredentialsMatchers.instanceOf(FileCredentials.class),
                CredentialsMatchers.instanceOf(StringCredentials.class));
    }

    /**
     * The kubeconfig for a build, whose use is recorded.
     *
     * @throws AbortException in four lines: there are no such credentials, they hold no kubeconfig or one that is
     *     refused, or they are locked until a gate is passed
     */
    public static Secret content(@CheckForNull String credentialsId, Run<?, ?> run) throws IOException {
        return content(find(credentialsId, run), run, false);
    }

    /**
     * The kubeconfig for the plan that a gate shows, and for nothing else: a gate does not lock it. Its content must
     * reach the octavo command only, never a script.
     *
     * @throws AbortException as for {@link #content(String, Run)}, but for the lock
     */
    public static Secret contentForPlan(@CheckForNull String credentialsId, Run<?, ?> run) throws IOException {
        return content(find(credentialsId, run), run, true);
    }

    private static StandardCredentials find(@CheckForNull String credentialsId, Run<?, ?> run) throws AbortException {
        String id = Util.fixNull(credentialsId).trim();
        StandardCredentials found =
                id.isEmpty() ? null : CredentialsProvider.findCredentialById(id, StandardCredentials.class, run);
        if (found == null) {
            throw new FourLines(
                    FourLines.CREDENTIALS,
                    "Cannot find kubeconfig credentials with id " + id,
                    run.getFullDisplayName(),
                    id.isEmpty() ? "no id is given" : "no credentials that this job may use have that id",
                    "give the id of credentials (" + TYPES + ") of Jenkins or of the job's folder");
        }
        return found;
    }

    private static Secret content(StandardCredentials found, Run<?, ?> run, boolean plan) throws IOException {
        String where = run.getFullDisplayName();
        StandardCredentials credentials =
                found instanceof LockedKubeconfigCredentials locked ? locked.unlocked() : found;
        Optional<String> lock = plan ? Optional.empty() : GateLock.reason(found.getId(), run);
        if (lock.isPresent()) {
            throw new AbortException(lock.get());
        }
        Secret content;
        if (credentials instanceof KubeconfigCredentials kubeconfig) {
            content = content(kubeconfig, where);
        } else if (credentials instanceof FileCredentials file) {
            content = content(file, where);
        } else if (credentials instanceof StringCredentials string) {
            content = string.getSecret();
        } else {
            throw new FourLines(
                    FourLines.CREDENTIALS,
                    "Cannot use credentials with id " + found.getId() + " as a kubeconfig",
                    where,
                    "they are of the type \"" + found.getDescriptor().getDisplayName() + "\"",
                    "give the id of credentials of the type " + TYPES);
        }
        KubeconfigText.Problem problem =
                KubeconfigText.check(Secret.toString(content)).orElse(null);
        if (problem != null) {
            throw refused(found.getId(), where, problem);
        }
        CredentialsProvider.track(run, credentials);
        return content;
    }

    private static Secret content(KubeconfigCredentials kubeconfig, String where) throws AbortException {
        if (kubeconfig.getLostSource().isEmpty()) {
            Secret content = kubeconfig.getContent();
            return content == null ? Secret.fromString("") : content;
        }
        throw new FourLines(
                FourLines.CREDENTIALS,
                "Kubeconfig credentials with id " + kubeconfig.getId() + " have no content",
                where,
                "the plugin kubernetes-cd read it from a path on another machine, and through such a path whoever may"
                        + " create credentials could read any file of the controller (CVE-2022-27208)",
                "edit the credentials and enter the kubeconfig itself");
    }

    private static Secret content(FileCredentials file, String where) throws IOException {
        try (InputStream stream = file.getContent()) {
            byte[] bytes = stream.readNBytes(KubeconfigText.MAX_BYTES + 1);
            if (bytes.length > KubeconfigText.MAX_BYTES) {
                throw refused(file.getId(), where, new KubeconfigText.Problem(KubeconfigText.Fault.TOO_LONG, 0, ""));
            }
            return Secret.fromString(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private static AbortException refused(String id, String where, KubeconfigText.Problem problem) {
        return new FourLines(
                FourLines.CREDENTIALS,
                "Cannot use credentials with id " + id + " as a kubeconfig",
                where,
                problem.why(),
                problem.fix());
    }
}
