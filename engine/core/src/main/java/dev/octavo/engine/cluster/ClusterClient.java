package dev.octavo.engine.cluster;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientImpl;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** A connection to a cluster's API server. TLS is verified. For one thread at a time, except where said. */
public final class ClusterClient implements AutoCloseable {
    /** What owns the fields that Octavo applies. */
    static final String FIELD_MANAGER = "octavo";

    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
    /** How many requests are under way at once. */
    private static final int CONCURRENCY = 16;

    private static final int MAX_LOG_BYTES = 64 * 1024;
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String JSON = "application/json";
    private static final String PKCS8 = "-----BEGIN PRIVATE KEY-----";

    private final HttpClient http;
    private final ClusterTarget target;
    private final EngineContext context;
    private final Cancellation cancellation;
    private final Map<String, Map<String, ResourceType>> types = new ConcurrentHashMap<>();
    private final Exchange exchange;

    private volatile Kubeconfig.Access access;
    private volatile Map<String, Object> version = Map.of();
    private volatile Runnable writeGuard = () -> {};
    private @Nullable ExecutorService workers;

    private ClusterClient(HttpClient http, Kubeconfig.Access access, ClusterTarget target, EngineContext context) {
        this.http = http;
        this.access = access;
        this.target = target;
        this.context = context;
        this.cancellation = context.cancellation();
        this.exchange = new Exchange(
                ((OkHttpClientImpl) http).getOkHttpClient(),
                cancellation,
                failure -> !(root(failure) instanceof IOException) || untrusted(failure));
    }

    /**
     * Prepares a connection; the first request makes it.
     *
     * @throws EngineException {@link ErrorCode#CLUSTER_KUBECONFIG}
     */
    public static ClusterClient connect(ClusterTarget target, EngineContext context) {
        Kubeconfig.Access access = Kubeconfig.read(target, context);
        return new ClusterClient(client(access), access, target, context);
    }

    private static HttpClient client(Kubeconfig.Access access) {
        HttpClient.Builder builder = HttpClientUtils.getHttpClientFactory()
                .newBuilder()
                .connectTimeout(CONNECT_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        // it would repeat what can only be refused again
        builder.tag(new RequestConfigBuilder().withRequestRetryBackoffLimit(0).build());
        try {
            if (!access.proxy().isEmpty()) {
                URI proxy = URI.create(access.proxy());
                builder.proxyAddress(new InetSocketAddress(proxy.getHost(), proxy.getPort()));
                if (proxy.getUserInfo() != null) {
                    builder.proxyAuthorization(HttpClientUtils.basicCredentials(proxy.getUserInfo()));
                }
            }
            if (access.server().startsWith("https:")) {
                builder.sslContext(keyManagers(access), trustManagers(access.authority()));
            }
            return builder.build();
        } catch (GeneralSecurityException | IOException | KubernetesClientException | IllegalArgumentException e) {
            throw new EngineException(
                    ErrorCode.CLUSTER_KUBECONFIG,
                    "The kubeconfig cannot be used",
                    access.server(),
                    "its certificates, keys or proxy cannot be read: " + rootMessage(e),
                    "check certificate-authority-data, client-certificate-data, client-key-data and proxy-url");
        }
    }

    private static KeyManager @Nullable [] keyManagers(Kubeconfig.Access access)
            throws GeneralSecurityException, IOException {
        SecretValue key = access.key();
        if (key == null) {
            return null;
        }
        String text = new String(Base64.getDecoder().decode(key.reveal()), StandardCharsets.US_ASCII);
        if (text.contains(PKCS8)) {
            return pkcs8(access.certificate(), text);
        }
        return SSLUtils.keyManagers(
                access.certificate(),
                null,
                key.reveal(),
                null,
                Config.getKeyAlgorithm(null, key.reveal()),
                "",
                null,
                null);
    }

    /** The client library takes a key in PKCS #8 for one of RSA, whatever it is. */
    private static KeyManager[] pkcs8(String certificate, String key) throws GeneralSecurityException, IOException {
        // the decoder passes over what is no base64, and a line of dashes ends the key
        String body = key.substring(key.indexOf(PKCS8) + PKCS8.length()).split("-----", 2)[0];
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body));
        Certificate[] chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(
                        new ByteArrayInputStream(Base64.getDecoder().decode(certificate)))
                .toArray(new Certificate[0]);
        if (chain.length == 0) {
            throw new KeyException("there is a key, and no certificate to it");
        }
        char[] password = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "client",
                KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm()).generatePrivate(encoded),
                password,
                chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    /** Trusts the kubeconfig's authority and no other; those that Java knows where it names none. */
    private static TrustManager @Nullable [] trustManagers(String authority)
            throws GeneralSecurityException, IOException {
        if (authority.isEmpty()) {
            return null;
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        byte[] pem = Base64.getDecoder().decode(authority);
        for (Certificate certificate :
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
            store.setCertificateEntry("authority-" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** A request with the credentials, as they are now. */
    private Request.Builder request(String path, String accept) {
        Request.Builder request = new Request.Builder()
                .url(access.server() + path)
                .header("Accept", accept)
                .header("User-Agent", FIELD_MANAGER);
        authorization().ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    private Optional<String> authorization() {
        String token = token(access);
        if (!token.isEmpty()) {
            return Optional.of("Bearer " + token);
        }
        SecretValue password = access.password();
        return password == null
                ? Optional.empty()
                : Optional.of(HttpClientUtils.basicCredentials(access.user(), password.reveal()));
    }

    private static String token(Kubeconfig.Access access) {
        if (access.tokenFile() != null) {
            return readToken(access.tokenFile());
        }
        return access.token() == null ? "" : access.token().reveal();
    }

    private static String readToken(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the token file " + file + " cannot be read", e);
        }
    }

    /** The API server's URL. */
    public String server() {
        return access.server();
    }

    /** The kubeconfig's context, for people. */
    String contextName() {
        return access.context();
    }

    /** The namespace that the kubeconfig's context names; {@code ""} where it names none. */
    public String namespace() {
        return access.namespace();
    }

    @Override
    public void close() {
        if (workers != null) {
            workers.shutdownNow();
        }
        http.close();
    }

    // ---------------------------------------------------------------------------------------------------- requests

    /** Several threads may read at once. */
    Answer get(String path) {
        return send("GET", path, null, "");
    }

    /** Applies on the server's side; several threads may do so at once. */
    Answer apply(ResourceType type, ManifestObject object, boolean dryRun) {
        return apply(type.path(object.namespace(), object.name()), object.content(), dryRun);
    }

    Answer apply(String path, Map<String, Object> content, boolean dryRun) {
        return apply(path, content, dryRun, false);
    }

    /** @param force whether fields are taken from their owners; else the server refuses with 409 */
    Answer apply(String path, Map<String, Object> content, boolean dryRun, boolean force) {
        String query = (force ? "&force=true" : "") + "&fieldValidation=Strict" + (dryRun ? "&dryRun=All" : "");
        return send("PATCH", path + "?fieldManager=" + FIELD_MANAGER + query, Json.text(content), APPLY);
    }

    /** Changes an object by a patch of the given content type. */
    Answer patch(String path, String contentType, Object patch, boolean dryRun) {
        return send("PATCH", path + written(dryRun), Json.text(patch), contentType);
    }

    /** Makes an object, or asks a question that is put as one. */
    Answer post(String path, Object content, boolean dryRun) {
        return send("POST", path + written(dryRun), Json.text(content), JSON);
    }

    private static String written(boolean dryRun) {
        return "?fieldManager=" + FIELD_MANAGER + (dryRun ? "&dryRun=All" : "");
    }

    /** Applies in another manager's name, and takes nothing from others. */
    Answer applyAs(String manager, String path, Map<String, Object> content) {
        return send("PATCH", path + "?fieldManager=" + manager, Json.text(content), APPLY);
    }

    /** Deletes an object, and in the background what it owns. */
    Answer delete(String path) {
        return send("DELETE", path + "?propagationPolicy=Background", null, "");
    }

    /**
     * Deletes an object.
     *
     * @param propagation what becomes of what it owns: {@code Foreground}, {@code Background} or {@code Orphan}
     * @param uid of the object that is meant; one that took its place stays
     */
    Answer delete(String path, String propagation, String uid) {
        Map<String, Object> options = Map.of(
                "apiVersion",
                "v1",
                "kind",
                "DeleteOptions",
                "propagationPolicy",
                propagation,
                "preconditions",
                Map.of("uid", uid));
        return send("DELETE", path, Json.text(options), JSON);
    }

    /**
     * Sends any request; several threads may do so at once. It may arrive twice where an answer is lost.
     *
     * @param accept {@code ""} for plain JSON
     */
    Answer request(String method, String path, @Nullable Map<String, Object> body, String contentType, String accept) {
        return send(method, path, body == null ? null : Json.text(body), contentType, accept);
    }

    /** Replaces an object whatever the guard says: it is what the guard asks for. */
    Answer renewal(String path, Map<String, Object> content) {
        return exchange("PUT", path, Json.text(content), "application/json", "");
    }

    /** Asks before each request that writes, which fails where this throws. */
    void guardWrites(Runnable guard) {
        writeGuard = guard;
    }

    private Answer send(String method, String path, @Nullable String body, String contentType) {
        return send(method, path, body, contentType, "");
    }

    private Answer send(String method, String path, @Nullable String body, String contentType, String accept) {
        if (!method.equals("GET") && !path.contains("dryRun=All")) {
            writeGuard.run();
        }
        return exchange(method, path, body, contentType, accept);
    }

    private Answer exchange(String method, String path, @Nullable String body, String contentType, String accept) {
        String used = token(access);
        Answer answer = sendOnce(method, path, body, contentType, accept);
        if (answer.code() == 401 && isRenewed(used)) {
            answer = sendOnce(method, path, body, contentType, accept);
        }
        if (answer.code() == 401) {
            throw unauthorized();
        }
        return answer;
    }

    private Answer sendOnce(String method, String path, @Nullable String body, String contentType, String accept) {
        RequestBody content = body == null
                ? null
                : RequestBody.create(body.getBytes(StandardCharsets.UTF_8), MediaType.get(contentType));
        Request made = request(path, accept.isEmpty() ? JSON : accept)
                .method(method, content)
                .build();
        try {
            return exchange.send(made);
        } catch (InterruptedException e) {
            throw stopped(e);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Reads the credentials again, as they may have expired and been renewed since; tells whether they are others. */
    private synchronized boolean isRenewed(String used) {
        if (access.tokenFile() == null && token(access).equals(used)) {
            try {
                Kubeconfig.Access fresh = Kubeconfig.read(target, context);
                // certificates belong to the connection, which stays as it is
                if (fresh.server().equals(access.server())) {
                    access = fresh;
                }
            } catch (EngineException e) {
                return false; // it is gone, or being written right now
            }
        }
        return !token(access).equals(used);
    }

    /** The last lines of a container's log; nothing where there is none. */
    List<String> log(String namespace, String pod, String container, int lines, boolean previous) {
        String path = "/api/v1/namespaces/" + ResourceType.escape(namespace) + "/pods/" + ResourceType.escape(pod)
                + "/log?container=" + ResourceType.escape(container) + "&tailLines=" + lines + "&limitBytes="
                + MAX_LOG_BYTES + (previous ? "&previous=true" : "");
        Exchange.Page page = once(request(path, JSON).build());
        if (page.code() != 200) {
            return List.of();
        }
        List<String> all = page.text().lines().toList();
        return List.copyOf(all.subList(Math.max(0, all.size() - lines), all.size()));
    }

    /** What is behind a path that leads through the API server to a program, which may answer anything; sent once. */
    Verifier.HttpResult page(String path) {
        Exchange.Page page = once(request(path, "*/*").build());
        return new Verifier.HttpResult(page.code(), page.text());
    }

    private Exchange.Page once(Request request) {
        try {
            return exchange.once(request);
        } catch (IOException e) {
            cancellation.check();
            throw failure(e);
        }
    }

    /**
     * Sends a request whose answer does not end by itself. The callbacks run on the client's threads.
     *
     * @param line hears each line
     * @return completes with the status code at the end of the answer; cancelling it ends the request
     */
    CompletableFuture<Integer> stream(String path, Consumer<byte[]> line) {
        return exchange.stream(request(path, JSON).build(), line);
    }

    /** Lets some time pass, unless the work is cancelled. */
    void pause(Duration duration) {
        try {
            exchange.pause(duration);
        } catch (InterruptedException e) {
            throw stopped(e);
        }
    }

    private EngineException stopped(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EngineException(
                ErrorCode.CANCELLED, "The work was stopped", server(), "its thread was interrupted", "run it again", e);
    }

    /**
     * When this connection was made by the server's clock, which dates its objects; in whole seconds.
     *
     * @param otherwise where the server has not told
     */
    Instant begin(Instant otherwise) {
        return exchange.begin(otherwise);
    }

    /** The time by the server's clock, to a second. */
    Instant serverTime(Instant otherwise) {
        return exchange.serverTime(otherwise);
    }

    EngineException failure(Throwable cause) {
        if (cause instanceof EngineException failure) {
            return failure;
        }
        if (untrusted(cause)) {
            return new EngineException(
                    ErrorCode.CLUSTER_UNREACHABLE,
                    "The cluster's certificate is not accepted",
                    server(),
                    rootMessage(cause),
                    "check certificate-authority-data in the kubeconfig, and that the server's name is in its certificate",
                    cause);
        }
        return unreachable(reason(root(cause)), cause);
    }

    private static boolean untrusted(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            // a server that goes away in the middle of a handshake is no stranger
            boolean cut = String.valueOf(each.getMessage()).startsWith("Remote host ");
            if (each instanceof GeneralSecurityException || (each instanceof SSLHandshakeException && !cut)) {
                return true;
            }
        }
        return false;
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String reason(Throwable root) {
        String message = root.getMessage();
        return switch (root.getClass().getSimpleName()) {
            case "ConnectException", "ClosedChannelException" -> "nothing answers at that address";
            case "SocketTimeoutException", "InterruptedIOException", "TimeoutException" -> "it did not answer in time";
            case "UnresolvedAddressException", "UnknownHostException" -> "its name cannot be resolved";
            default -> message == null || message.isBlank() ? root.getClass().getSimpleName() : message;
        };
    }

    private static String rootMessage(Throwable failure) {
        Throwable root = root(failure);
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private EngineException unreachable(String why, Throwable cause) {
        return new EngineException(
                ErrorCode.CLUSTER_UNREACHABLE,
                "The cluster cannot be reached",
                server(),
                why,
                "check that the cluster runs and that the kubeconfig's context is the right one",
                cause);
    }

    private EngineException unauthorized() {
        return new EngineException(
                ErrorCode.CLUSTER_UNAUTHORIZED,
                "The cluster refuses the credentials",
                server() + " (context " + access.context() + ")",
                "it answered 401: they are unknown to it, or have expired",
                "renew the token or certificate in the kubeconfig");
    }

    /** Where the server says no to a request that is needed. */
    EngineException refused(String what, String where, Answer answer) {
        if (answer.notPermitted()) {
            return new EngineException(
                    ErrorCode.CLUSTER_UNAUTHORIZED, what, where, answer.message(), "grant that permission to the user");
        }
        return new EngineException(
                answer.passing() ? ErrorCode.CLUSTER_UNREACHABLE : ErrorCode.CLUSTER_REFUSED,
                what,
                where,
                answer.message(),
                answer.passing() ? "run it again when the cluster is well" : "correct the manifest");
    }

    // -------------------------------------------------------------------------------------------------- many at once

    /**
     * Does the same to every item, several at a time.
     *
     * @return the results in the order of the items
     * @throws EngineException the first failure; what has begun is waited for
     */
    <T, R> List<R> each(List<T> items, Function<T, R> work) {
        if (items.isEmpty()) {
            return List.of();
        }
        if (items.size() == 1) {
            return List.of(work.apply(items.get(0)));
        }
        if (workers == null) {
            workers = Executors.newFixedThreadPool(CONCURRENCY, task -> {
                Thread thread = new Thread(task, "octavo-cluster");
                thread.setDaemon(true);
                return thread;
            });
        }
        AtomicBoolean failed = new AtomicBoolean();
        List<Future<R>> futures = new ArrayList<>();
        for (T item : items) {
            futures.add(workers.submit(() -> {
                cancellation.check();
                if (failed.get()) {
                    throw new CancellationException("given up after the failure of another");
                }
                try {
                    return work.apply(item);
                } catch (RuntimeException e) {
                    failed.set(true);
                    throw e;
                }
            }));
        }
        List<R> results = new ArrayList<>();
        RuntimeException failure = null;
        for (Future<R> future : futures) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                if (failure == null && !(e.getCause() instanceof CancellationException)) {
                    failure = e.getCause() instanceof RuntimeException runtime
                            ? runtime
                            : new IllegalStateException(e.getCause());
                }
            } catch (InterruptedException e) {
                futures.forEach(other -> other.cancel(true));
                throw stopped(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }

    // ---------------------------------------------------------------------------------------------------- discovery

    /** Asks what nearly everything has to know, so that it is known by then. */
    void greet() {
        types.computeIfAbsent("v1", this::discover);
    }

    /** What the server says of its version: {@code major}, {@code minor} and more. */
    Map<String, Object> version() {
        Map<String, Object> known = version;
        if (known.isEmpty()) {
            known = get("/version").body();
            version = known;
        }
        return known;
    }

    /** How the server names the kind; nothing where it does not have it. Several threads may ask at once. */
    Optional<ResourceType> type(String apiVersion, String kind) {
        return Optional.ofNullable(
                types.computeIfAbsent(apiVersion, this::discover).get(kind));
    }

    /** Asks again for the kinds of a group, which a definition may have added to. */
    Optional<ResourceType> typeAgain(String apiVersion, String kind) {
        types.remove(apiVersion);
        return type(apiVersion, kind);
    }

    private Map<String, ResourceType> discover(String apiVersion) {
        Answer answer = get(ResourceType.root(apiVersion));
        if (!answer.ok() && !answer.notFound()) {
            throw refused("The cluster does not tell which kinds it has in " + apiVersion, server(), answer);
        }
        Map<String, ResourceType> kinds = new HashMap<>();
        for (Map<String, Object> resource : Tree.maps(answer.body(), "resources")) {
            String plural = Tree.text(resource, "name");
            if (!plural.contains("/")) {
                String kind = Tree.text(resource, "kind");
                kinds.put(kind, new ResourceType(apiVersion, kind, plural, Tree.isTrue(resource, "namespaced")));
            }
        }
        return kinds;
    }
}
