package dev.octavo.engine.cluster;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.program.Program;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads a kubeconfig into what is needed for a connection.
 *
 * <p>fabric8 can read one too, but it starts credential plugins through a shell while reading, takes settings such as
 * "trust every certificate" from the process's environment, and reports what is wrong to a logger.
 */
final class Kubeconfig {
    private static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final int MAX_PLUGIN_OUTPUT = 1024 * 1024;

    private final String place;
    private final @Nullable Path directory;
    private final ClusterTarget target;
    private final EngineContext context;

    private Kubeconfig(String place, @Nullable Path directory, ClusterTarget target, EngineContext context) {
        this.place = place;
        this.directory = directory;
        this.target = target;
        this.context = context;
    }

    /**
     * What is needed for a connection. PEM in base64 where it is data.
     *
     * @param namespace the context's namespace; {@code ""} for none
     * @param tokenFile read again for each request, since a pod's token is renewed
     */
    record Access(
            String server,
            String namespace,
            String context,
            String authority,
            String certificate,
            @Nullable SecretValue key,
            @Nullable SecretValue token,
            @Nullable Path tokenFile,
            String user,
            @Nullable SecretValue password,
            String proxy) {}

    /** @throws EngineException {@link ErrorCode#CLUSTER_KUBECONFIG} */
    static Access read(ClusterTarget target, EngineContext context) {
        if (target.content() != null) {
            return new Kubeconfig("the kubeconfig that was given as text", null, target, context)
                    .parse(target.content().reveal());
        }
        if (target.kubeconfig() == null) {
            return inCluster(context);
        }
        Path file = context.workspace().resolve(target.kubeconfig()).toAbsolutePath();
        Kubeconfig reader = new Kubeconfig(file.toString(), file.getParent(), target, context);
        try {
            return reader.parse(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            String why = Files.exists(file) ? "it cannot be read as text" : "there is no such file";
            throw new EngineException(
                    ErrorCode.CLUSTER_KUBECONFIG,
                    "The kubeconfig cannot be read",
                    file.toString(),
                    why,
                    "give the path of a kubeconfig, such as ~/.kube/config",
                    e);
        }
    }

    private static Access inCluster(EngineContext context) {
        String host = context.environment().getOrDefault("KUBERNETES_SERVICE_HOST", "");
        String port = context.environment().getOrDefault("KUBERNETES_SERVICE_PORT", "443");
        Path authority = SERVICE_ACCOUNT.resolve("ca.crt");
        if (host.isEmpty() || !Files.isReadable(authority)) {
            throw new EngineException(
                    ErrorCode.CLUSTER_KUBECONFIG,
                    "No cluster is given",
                    "",
                    "there is no kubeconfig, and this is not a pod with a service account",
                    "name a kubeconfig");
        }
        try {
            Path namespace = SERVICE_ACCOUNT.resolve("namespace");
            return new Access(
                    "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port,
                    Files.isReadable(namespace) ? Files.readString(namespace).strip() : "",
                    "the pod's service account",
                    Base64.getEncoder().encodeToString(Files.readAllBytes(authority)),
                    "",
                    null,
                    null,
                    SERVICE_ACCOUNT.resolve("token"),
                    "",
                    null,
                    "");
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CLUSTER_KUBECONFIG,
                    "The pod's service account cannot be read",
                    SERVICE_ACCOUNT.toString(),
                    String.valueOf(e.getMessage()),
                    "check the pod's service account, or name a kubeconfig",
                    e);
        }
    }

    private Access parse(String text) {
        Map<String, Object> config;
        try {
            List<YamlDocuments.Document> documents = YamlDocuments.read(place, text);
            config = documents.isEmpty() ? Map.of() : Tree.map(documents.get(0).content());
        } catch (EngineException e) {
            throw unusable("it is not YAML: " + e.why() + " (" + e.where() + ")", "give a valid kubeconfig");
        }
        if (config.isEmpty() || (!config.containsKey("clusters") && !config.containsKey("contexts"))) {
            throw unusable("it holds no clusters and no contexts", "give a kubeconfig, such as ~/.kube/config");
        }
        String name = target.context().isEmpty() ? Tree.text(config, "current-context") : target.context();
        if (name.isEmpty()) {
            throw unusable(
                    "it has no current-context; it has the contexts " + names(config, "contexts"), "name a context");
        }
        Map<String, Object> chosen = named(config, "contexts", "context", name);
        Map<String, Object> cluster = named(config, "clusters", "cluster", Tree.text(chosen, "cluster"));
        String user = Tree.text(chosen, "user");
        Map<String, Object> login = user.isEmpty() ? Map.of() : named(config, "users", "user", user);
        Access access = new Access(
                server(cluster),
                Tree.text(chosen, "namespace"),
                name,
                pem(cluster, "certificate-authority"),
                pem(login, "client-certificate"),
                secret(pem(login, "client-key")),
                secret(Tree.text(login, "token")),
                Tree.text(login, "tokenFile").isEmpty() ? null : path(Tree.text(login, "tokenFile")),
                Tree.text(login, "username"),
                secret(Tree.text(login, "password")),
                proxy(cluster));
        if (!access.certificate().isEmpty() && access.key() == null) {
            throw unusable("the user " + user + " has a client certificate but no key", "add client-key-data");
        }
        if (login.containsKey("exec")) {
            return withPlugin(access, Tree.map(login, "exec"), cluster);
        }
        if (login.containsKey("auth-provider") && access.token() == null) {
            throw unusable(
                    "the user " + user + " logs in with an auth-provider, which Kubernetes removed in 1.26",
                    "use a token, a client certificate or an exec plugin");
        }
        return access;
    }

    private String server(Map<String, Object> cluster) {
        String server = Tree.text(cluster, "server").replaceAll("/+$", "");
        if (Tree.isTrue(cluster, "insecure-skip-tls-verify")) {
            throw unusable(
                    "it turns off the check of the server's certificate (insecure-skip-tls-verify)",
                    "remove that, and add certificate-authority-data");
        }
        if (!Tree.text(cluster, "tls-server-name").isEmpty()) {
            throw unusable(
                    "it asks for the certificate of another host (tls-server-name), which is not supported",
                    "name the server by a name that is in its certificate");
        }
        URI uri;
        try {
            uri = URI.create(server);
        } catch (IllegalArgumentException e) {
            throw unusable("its server is not a URL", "correct the server");
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        if (host == null || !(scheme.equals("https") || scheme.equals("http")) || uri.getUserInfo() != null) {
            throw unusable("its server is not an https URL", "write server: https://HOST:PORT");
        }
        if (scheme.equals("http") && !loopback(host)) {
            throw unusable(
                    "its server " + server
                            + " is reached without TLS, so anybody on the way could read the credentials",
                    "use https");
        }
        return server;
    }

    private String proxy(Map<String, Object> cluster) {
        String proxy = Tree.text(cluster, "proxy-url");
        if (!proxy.isEmpty() && !proxy.matches("http://([^@/]*@)?[^@/:]+:\\d{1,5}/?")) {
            throw unusable("its proxy-url is not of the form http://HOST:PORT", "correct proxy-url");
        }
        return proxy;
    }

    private static boolean loopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    private Map<String, Object> named(Map<String, Object> config, String list, String part, String name) {
        for (Map<String, Object> entry : Tree.maps(config, list)) {
            if (Tree.text(entry, "name").equals(name)) {
                return Tree.map(entry, part);
            }
        }
        throw unusable(
                "it has no " + part + " \"" + name + "\"; it has " + names(config, list),
                "name one of these, or correct the kubeconfig");
    }

    private static String names(Map<String, Object> config, String list) {
        String names = Tree.maps(config, list).stream()
                .map(entry -> Tree.text(entry, "name"))
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "none" : names;
    }

    /** PEM as base64, from a field with data or from the file that a field names. */
    private String pem(Map<String, Object> map, String field) {
        String data = Tree.text(map, field + "-data");
        String file = Tree.text(map, field);
        if (data.isEmpty() && file.isEmpty()) {
            return "";
        }
        byte[] bytes;
        try {
            bytes = data.isEmpty()
                    ? Files.readAllBytes(path(file))
                    : Base64.getMimeDecoder().decode(data);
        } catch (IllegalArgumentException e) {
            throw unusable("its " + field + "-data is not base64", "correct the kubeconfig");
        } catch (IOException e) {
            throw unusable(
                    "its " + field + " " + path(file) + " cannot be read", "correct the path, or embed the data");
        }
        if (!new String(bytes, StandardCharsets.ISO_8859_1).contains("-----BEGIN ")) {
            throw unusable("its " + field + (data.isEmpty() ? "" : "-data") + " is not PEM", "correct the kubeconfig");
        }
        return Base64.getEncoder().encodeToString(bytes);
    }

    private Path path(String file) {
        if (directory == null) {
            throw unusable(
                    "it refers to the file " + file + ", which a kubeconfig given as text cannot",
                    "embed the data, for instance with kubectl config view --flatten");
        }
        return directory.resolve(file);
    }

    private static @Nullable SecretValue secret(String value) {
        return value.isEmpty() ? null : new SecretValue(value);
    }

    private EngineException unusable(String why, String fix) {
        return new EngineException(ErrorCode.CLUSTER_KUBECONFIG, "The kubeconfig cannot be used", place, why, fix);
    }

    // ------------------------------------------------------------------------------------------- credential plugins

    private Access withPlugin(Access access, Map<String, Object> exec, Map<String, Object> cluster) {
        String command = Tree.text(exec, "command");
        if (!target.allowPlugins()) {
            throw unusable(
                    "it gets its credentials from the program \"" + command
                            + "\", and starting one is not allowed here",
                    "use a token or a client certificate, such as a service account's");
        }
        if (command.isEmpty()) {
            throw unusable("its exec plugin has no command", "correct the kubeconfig");
        }
        // as client-go does: with a slash it is relative to the kubeconfig, without it is looked for on the PATH
        String program = command.contains("/") && directory != null
                ? directory.resolve(command).toString()
                : command;
        List<String> words = new ArrayList<>(List.of(program));
        Tree.list(exec, "args").forEach(word -> words.add(String.valueOf(word)));
        Map<String, String> environment = new HashMap<>(context.environment());
        Tree.maps(exec, "env").forEach(entry -> environment.put(Tree.text(entry, "name"), Tree.text(entry, "value")));
        String apiVersion = Tree.text(exec, "apiVersion");
        environment.put("KUBERNETES_EXEC_INFO", execInfo(exec, apiVersion, cluster));
        StringBuilder output = new StringBuilder();
        int code;
        // what it says on standard error is for people, and may be a question; it is not read as credentials
        Program.Running running = new Program(words, context.workspace(), environment).start(false);
        try (var registration = context.cancellation().onCancel(running::kill)) {
            byte[] bytes = running.process().getInputStream().readNBytes(MAX_PLUGIN_OUTPUT);
            output.append(new String(bytes, StandardCharsets.UTF_8));
            code = running.process().waitFor();
        } catch (IOException e) {
            throw unusable("its exec plugin \"" + command + "\" could not be read", "run it by hand and see");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unusable("the wait for its exec plugin was interrupted", "run it again");
        } finally {
            running.kill();
        }
        context.cancellation().check();
        if (code != 0) {
            throw unusable(
                    "its exec plugin \"" + command + "\" ended with exit code " + code, "run it by hand and see");
        }
        Map<String, Object> status = Tree.map(Json.parseOrEmpty(output.toString()), "status");
        String token = Tree.text(status, "token");
        String certificate = Tree.text(status, "clientCertificateData");
        if (token.isEmpty() && certificate.isEmpty()) {
            throw unusable(
                    "its exec plugin \"" + command + "\" gave neither a token nor a certificate",
                    "run it by hand and see; it should write an ExecCredential");
        }
        return new Access(
                access.server(),
                access.namespace(),
                access.context(),
                access.authority(),
                certificate.isEmpty() ? access.certificate() : encode(certificate),
                certificate.isEmpty() ? access.key() : secret(encode(Tree.text(status, "clientKeyData"))),
                token.isEmpty() ? access.token() : secret(token),
                access.tokenFile(),
                access.user(),
                access.password(),
                access.proxy());
    }

    private static String encode(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }

    private static String execInfo(Map<String, Object> exec, String apiVersion, Map<String, Object> cluster) {
        Map<String, Object> spec = new HashMap<>();
        spec.put("interactive", false);
        if (Tree.isTrue(exec, "provideClusterInfo")) {
            spec.put("cluster", cluster);
        }
        return Json.text(Map.of("apiVersion", apiVersion, "kind", "ExecCredential", "spec", spec));
    }
}
