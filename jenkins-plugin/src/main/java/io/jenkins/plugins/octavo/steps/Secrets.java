package io.jenkins.plugins.octavo.steps;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardUsernamePasswordCredentials;
import com.cloudbees.plugins.credentials.domains.URIRequirementBuilder;
import hudson.model.Run;
import io.jenkins.plugins.octavo.FourLines;
import io.jenkins.plugins.octavo.credentials.Kubeconfigs;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jenkinsci.plugins.plaincredentials.FileCredentials;
import org.jenkinsci.plugins.plaincredentials.StringCredentials;

/**
 * The credentials of a call: which ones, and by which variables they reach the operation. Only IDs are kept; values are
 * looked up when a process starts, or when its log has to be masked.
 */
final class Secrets implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Shorter lines of a key tell nothing. */
    private static final int KEY_LINE = 8;

    private final ArrayList<Use> uses = new ArrayList<>();

    /** The kubeconfig's text in {@code KUBECONFIG_CONTENT}. */
    void kubeconfig(String id) {
        add(Kind.KUBECONFIG, id, "KUBECONFIG_CONTENT", "");
    }

    /** The same before a gate, for nothing but a plan. */
    void kubeconfigForPlan(String id) {
        add(Kind.KUBECONFIG_FOR_PLAN, id, "KUBECONFIG_CONTENT", "");
    }

    /** User and password by two variables. */
    void login(String id, String user, String password) {
        add(Kind.LOGIN, id, user, password);
    }

    /** A secret text by a variable. */
    void text(String id, String variable) {
        add(Kind.TEXT, id, variable, "");
    }

    /** A private key, in a secret file or text, by a variable. */
    void key(String id, String variable) {
        add(Kind.KEY, id, variable, "");
    }

    /** A login for a registry, in a Docker {@code config.json} in {@code DOCKER_AUTH_CONFIG}. */
    void docker(String id, String url) {
        add(Kind.DOCKER, id, "DOCKER_AUTH_CONFIG", url);
    }

    private void add(Kind kind, String id, String first, String second) {
        if (id != null && !id.isBlank()) {
            uses.add(new Use(kind, id.trim(), first, second));
        }
    }

    boolean isEmpty() {
        return uses.isEmpty();
    }

    /** The variables with the values, and all texts that a log must not show. */
    record Resolved(Map<String, String> variables, List<String> masked) {}

    /** @throws IOException where one is not there, or may not be used */
    Resolved resolve(Run<?, ?> run) throws IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        List<String> masked = new ArrayList<>();
        Map<String, Object> docker = new LinkedHashMap<>();
        for (Use use : uses) {
            switch (use.kind) {
                case KUBECONFIG ->
                    variables.put(use.first, Kubeconfigs.content(use.id, run).getPlainText());
                case KUBECONFIG_FOR_PLAN ->
                    variables.put(
                            use.first, Kubeconfigs.contentForPlan(use.id, run).getPlainText());
                case TEXT -> {
                    StringCredentials text = find(use, StringCredentials.class, run, "secret text");
                    variables.put(use.first, text.getSecret().getPlainText());
                }
                case KEY -> {
                    String key = key(use, run);
                    variables.put(use.first, key);
                    // a log would show it by lines
                    key.lines().map(String::trim).filter(line -> line.length() >= KEY_LINE).forEach(masked::add);
                }
                case LOGIN -> {
                    StandardUsernamePasswordCredentials login =
                            find(use, StandardUsernamePasswordCredentials.class, run, "user name and password");
                    variables.put(use.first, login.getUsername());
                    variables.put(use.second, login.getPassword().getPlainText());
                    if (login.isUsernameSecret()) {
                        masked.add(login.getUsername());
                    }
                    masked.add(login.getPassword().getPlainText());
                }
                case DOCKER -> {
                    StandardUsernamePasswordCredentials login =
                            find(use, StandardUsernamePasswordCredentials.class, run, "user name and password");
                    String password = login.getPassword().getPlainText();
                    String pair = login.getUsername() + ":" + password;
                    String auth = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
                    docker.put(use.second, Map.of("auth", auth));
                    masked.add(password);
                    masked.add(auth);
                }
                default -> throw new IllegalStateException(use.kind.toString());
            }
            if (use.kind != Kind.LOGIN && use.kind != Kind.DOCKER) {
                masked.add(variables.get(use.first));
            }
        }
        if (!docker.isEmpty()) {
            variables.put("DOCKER_AUTH_CONFIG", groovy.json.JsonOutput.toJson(Map.of("auths", docker)));
        }
        return new Resolved(variables, masked);
    }

    private static String key(Use use, Run<?, ?> run) throws IOException {
        FileCredentials file = CredentialsProvider.findCredentialById(
                use.id,
                FileCredentials.class,
                run,
                URIRequirementBuilder.create().build());
        if (file == null) {
            return find(use, StringCredentials.class, run, "secret file or secret text")
                    .getSecret()
                    .getPlainText();
        }
        CredentialsProvider.track(run, file);
        try (InputStream in = file.getContent()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static <C extends StandardCredentials> C find(Use use, Class<C> type, Run<?, ?> run, String words)
            throws IOException {
        C found = CredentialsProvider.findCredentialById(
                use.id, type, run, URIRequirementBuilder.create().build());
        if (found == null) {
            throw new FourLines(
                    FourLines.CREDENTIALS,
                    "There is no credential \"" + use.id + "\" of the type " + words,
                    run.getFullDisplayName(),
                    "nothing with this ID is visible to the job, or it is of another type",
                    "add it to Jenkins or to the job's folder, or correct the ID");
        }
        CredentialsProvider.track(run, found);
        return found;
    }

    private enum Kind {
        KUBECONFIG,
        KUBECONFIG_FOR_PLAN,
        LOGIN,
        KEY,
        TEXT,
        DOCKER
    }

    private static final class Use implements Serializable {
        private static final long serialVersionUID = 1L;

        private final Kind kind;
        private final String id;
        private final String first;
        private final String second;

        Use(Kind kind, String id, String first, String second) {
            this.kind = kind;
            this.id = id;
            this.first = first;
            this.second = second;
        }
    }
}
