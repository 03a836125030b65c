package dev.octavo.engine.image.registry;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One registry, spoken to by the OCI distribution protocol. Safe for several threads; opens nothing before it is used.
 *
 * <p>Registries on loopback may be plain HTTP, others only where {@link RegistryAccess#plainHttp()} allows it. Proxies
 * are those of the variables {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}, else of Java's system
 * properties ({@code https.proxyHost} and so on); authorities beside the JVM's are those of
 * {@value RegistryAccess#CERTIFICATES}; Jib's {@code jib.httpTimeout}
 * (milliseconds) and {@code sendCredentialsOverHttp} are honoured too.
 *
 * <p>Failures are {@link EngineException}s: {@link ErrorCode#REGISTRY_UNREACHABLE} only where the network gives no way
 * to the registry, {@link ErrorCode#REGISTRY_UNAUTHORIZED}, {@link ErrorCode#REGISTRY_NOT_FOUND},
 * {@link ErrorCode#REGISTRY_DIGEST}, and {@link ErrorCode#REGISTRY_FAILED} for everything else that it answers.
 */
public final class RegistryClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration ANSWER_TIMEOUT_SHORT = Duration.ofSeconds(10);

    /** Slower uploads than this are given up. */
    private static final long SLOWEST_BYTES_PER_SECOND = 20_000;

    private static final int ATTEMPTS = 5;
    private static final Duration BACK_OFF_MIN = Duration.ofMillis(250);
    private static final Duration BACK_OFF_MAX = Duration.ofSeconds(10);
    private static final int REDIRECTS_MAX = 5;
    private static final int BUFFER = 64 * 1024;
    private static final int PAGES_MAX = 100;
    /** Smaller blobs are sent again sooner than the registry is asked where they have got to. */
    private static final long CONTINUED_FROM = 4L << 20;

    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");
    private static final Pattern NEXT_PAGE = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");

    private final String registry;
    private final RegistryAccess access;
    private final EngineContext context;
    private final Duration connectTimeout;
    private final boolean impatient;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();

    private final Workers workers = Workers.asNeeded("octavo-http");
    private @Nullable HttpClient plain;
    private @Nullable HttpClient tls;
    private @Nullable URI base;
    private boolean credentialsSought;
    private @Nullable Credentials credentials;
    private volatile @Nullable String basic;

    private RegistryClient(
            String registry, RegistryAccess access, EngineContext context, Duration connectTimeout, boolean impatient) {
        this.registry = registry;
        this.access = access;
        this.context = context;
        this.connectTimeout = connectTimeout;
        this.impatient = impatient;
    }

    /** A client for a registry, named as {@link ImageReference#registry()} names it. */
    public static RegistryClient open(String registry, RegistryAccess access, EngineContext context) {
        return new RegistryClient(registry, access, context, CONNECT_TIMEOUT, false);
    }

    /** One that soon gives up a registry which cannot be reached or doesn't answer. */
    public static RegistryClient openImpatient(
            String registry, RegistryAccess access, EngineContext context, Duration connectTimeout) {
        return new RegistryClient(registry, access, context, connectTimeout, true);
    }

    /**
     * Asks whether the registry is there; any answer will do, a refusal too.
     *
     * @throws EngineException {@link ErrorCode#REGISTRY_UNREACHABLE} where there is none
     */
    public void requireReachable() {
        URI address = base();
        try {
            exchange(ping(address), BodyHandlers.discarding());
        } catch (IOException e) {
            throw unreachable(address, e);
        }
    }

    /** A manifest or index by tag or digest; empty where the registry has none. */
    public Optional<ManifestContent> manifest(String repository, String selector) {
        HttpResponse<byte[]> response = call(
                new Call(
                        "GET",
                        manifestUri(repository, selector),
                        pull(repository),
                        null,
                        Map.of("Accept", MediaTypes.ACCEPT)),
                BodyHandlers.ofByteArray());
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        expect(response, "The manifest cannot be read", repository, 200);
        byte[] bytes = response.body();
        String digest = Digests.of(bytes);
        String claimed = response.headers().firstValue("Docker-Content-Digest").orElse(digest);
        boolean asked = !selector.startsWith("sha256:") || selector.equals(digest);
        if (!claimed.equals(digest) || !asked) {
            throw wrongDigest(repository, selector.startsWith("sha256:") ? selector : claimed, digest);
        }
        String type = response.headers().firstValue("Content-Type").orElse("");
        int parameters = type.indexOf(';');
        return Optional.of(new ManifestContent(bytes, parameters < 0 ? type : type.substring(0, parameters), digest));
    }

    /** The digest behind a tag; empty where the registry has none. */
    public Optional<String> manifestDigest(String repository, String selector) {
        HttpResponse<byte[]> response = call(
                new Call(
                        "HEAD",
                        manifestUri(repository, selector),
                        pull(repository),
                        null,
                        Map.of("Accept", MediaTypes.ACCEPT)),
                BodyHandlers.ofByteArray());
        if (response.statusCode() == 404) {
            return Optional.empty();
        }
        expect(response, "The manifest cannot be looked up", repository, 200);
        Optional<String> digest = response.headers().firstValue("Docker-Content-Digest");
        return digest.isPresent() ? digest : manifest(repository, selector).map(ManifestContent::digest);
    }

    /** The tags of a repository, sorted; none where the registry doesn't know it. */
    public List<String> tags(String repository) {
        HttpResponse<byte[]> response = call(
                new Call("GET", uri("/v2/" + repository + "/tags/list"), pull(repository), null, Map.of()),
                BodyHandlers.ofByteArray());
        if (response.statusCode() == 404) {
            return List.of();
        }
        expect(response, "The tags cannot be listed", repository, 200);
        List<String> tags = new ArrayList<>();
        json(response.body(), repository).path("tags").forEach(tag -> tags.add(tag.asString("")));
        return tags.stream().sorted().toList();
    }

    /** Whether the repository has the blob. */
    public boolean hasBlob(String repository, String digest) {
        HttpResponse<byte[]> response = call(
                new Call("HEAD", uri("/v2/" + repository + "/blobs/" + digest), pushOrPull(repository), null, Map.of()),
                BodyHandlers.ofByteArray());
        if (response.statusCode() == 404) {
            return false;
        }
        expect(response, "A layer cannot be looked up", repository, 200);
        return true;
    }

    /**
     * Fetches a blob into a file, which appears only once its digest was verified.
     *
     * @throws EngineException {@link ErrorCode#REGISTRY_DIGEST} where what comes is something else;
     *     {@link ErrorCode#BUILD_DISK} where the file cannot be written
     */
    public void pullBlob(String repository, String digest, Path target) {
        Call call = new Call("GET", uri("/v2/" + repository + "/blobs/" + digest), pull(repository), null, Map.of());
        for (int attempt = 1; ; attempt++) {
            HttpResponse<InputStream> response = call(
                    call,
                    info -> info.statusCode() == 200
                            ? BodySubscribers.ofInputStream()
                            : BodySubscribers.mapping(BodySubscribers.ofByteArray(), ByteArrayInputStream::new));
            try (InputStream in = response.body()) {
                if (response.statusCode() != 200) {
                    throw refused(response.statusCode(), in.readAllBytes(), "A layer cannot be read", repository);
                }
                long size =
                        response.headers().firstValueAsLong("Content-Length").orElse(0);
                String got = receive(new ToldInput(in, "Fetching a layer", size), target, digest);
                if (!got.equals(digest)) {
                    throw wrongDigest(repository, digest, got);
                }
                return;
            } catch (DiskException e) {
                throw disk(target, e.failure);
            } catch (IOException e) {
                context.cancellation().check();
                if (attempt >= ATTEMPTS) {
                    throw unreachable(call.uri(), e);
                }
                pause(backOff(attempt));
            }
        }
    }

    private String receive(InputStream in, Path target, String digest) throws IOException, DiskException {
        MessageDigest sha = Digests.sha256();
        Path temporary;
        OutputStream out;
        try {
            Files.createDirectories(parent(target));
            temporary = Files.createTempFile(parent(target), ".blob", ".tmp");
            out = Files.newOutputStream(temporary);
        } catch (IOException e) {
            throw new DiskException(e);
        }
        try {
            try (Cancellation.Registration registration = context.cancellation().onCancel(() -> closeQuietly(in));
                    out) {
                byte[] buffer = new byte[BUFFER];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    sha.update(buffer, 0, n);
                    try {
                        out.write(buffer, 0, n);
                    } catch (IOException e) {
                        throw new DiskException(e);
                    }
                }
            }
            context.cancellation().check();
            String got = Digests.format(sha);
            if (got.equals(digest)) {
                try {
                    moveInto(temporary, target);
                } catch (IOException e) {
                    throw new DiskException(e);
                }
            }
            return got;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static void moveInto(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Makes the repository have a blob of another repository of this registry.
     *
     * @return false where the registry doesn't do that; it was told to forget the upload that it began instead
     */
    public boolean mountBlob(String repository, String digest, String from) {
        URI uri = uri("/v2/" + repository + "/blobs/uploads/?mount=" + encode(digest) + "&from=" + encode(from));
        HttpResponse<byte[]> response = call(
                new Call("POST", uri, push(repository) + " " + pull(from), BodyPublishers.noBody(), Map.of()),
                BodyHandlers.ofByteArray());
        if (response.statusCode() == 201) {
            return true;
        }
        if (response.statusCode() == 202) {
            location(response, uri)
                    .ifPresent(upload -> call(
                            new Call("DELETE", upload, push(repository), null, Map.of()), BodyHandlers.ofByteArray()));
        }
        return false;
    }

    /**
     * Sends a blob. A large one that is cut off in the middle is continued where the registry has got to, if it says so;
     * the registry of the CNCF doesn't, and there it is begun anew.
     */
    public void pushBlob(String repository, String digest, Path file) {
        try {
            long size = Files.size(file);
            push(
                    repository,
                    digest,
                    new Upload(size, () -> new ToldInput(Files.newInputStream(file), "Sending a layer", size)));
        } catch (IOException e) {
            throw missing(file, e);
        }
    }

    /** Tells how far its reader has got. */
    private final class ToldInput extends FilterInputStream {
        private final Told told;

        ToldInput(InputStream in, String what, long size) {
            super(in);
            this.told = new Told(context.listener(), what, size);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            told.add(Math.max(0, read));
            return read;
        }
    }

    /** What is sent. */
    private record Upload(long size, Source source) {
        /** From a byte on. */
        BodyPublisher from(long offset) {
            return size == offset
                    ? BodyPublishers.noBody()
                    : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> open(offset)), size - offset);
        }

        private InputStream open(long offset) {
            try {
                InputStream in = source.open();
                in.skipNBytes(offset);
                return in;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Duration timeout(long offset) {
            return ANSWER_TIMEOUT.plusSeconds((size - offset) / SLOWEST_BYTES_PER_SECOND);
        }
    }

    /** Opened once for each try. */
    @FunctionalInterface
    private interface Source {
        InputStream open() throws IOException;
    }

    private void push(String repository, String digest, Upload upload) {
        URI place = null;
        for (int attempt = 1; ; attempt++) {
            long offset = 0;
            try {
                if (place != null && upload.size() >= CONTINUED_FROM) {
                    Optional<Progress> progress = progress(repository, place);
                    offset = progress.map(Progress::offset).orElse(0L);
                    place = progress.map(Progress::next).orElse(null);
                }
                if (place == null || offset == 0 || offset > upload.size()) {
                    offset = 0;
                    place = begin(repository);
                }
                if (upload.size() - offset >= CONTINUED_FROM) {
                    // in two requests: of a blob that comes with the last one, registries keep nothing where it is cut
                    // off
                    place = sendPart(repository, place, upload, offset);
                    offset = upload.size();
                }
                HttpResponse<byte[]> response = finish(repository, place, digest, upload, offset);
                if (isPassing(response.statusCode()) && attempt < ATTEMPTS) {
                    pause(retryAfter(response, attempt));
                    continue;
                }
                if (response.statusCode() == 400 && text(response.body()).contains("DIGEST_INVALID")) {
                    throw new EngineException(
                            ErrorCode.REGISTRY_DIGEST,
                            "A layer arrived with another digest than it left with",
                            registry + "/" + repository,
                            "the registry got something else than " + digest,
                            "delete Octavo's cache folder and build again: the file may be damaged");
                }
                expect(response, "A layer cannot be uploaded", repository, 201);
                return;
            } catch (IOException e) {
                context.cancellation().check();
                if (attempt >= ATTEMPTS || isHopeless(e)) {
                    throw unreachable(place == null ? base() : place, e);
                }
                pause(backOff(attempt));
            }
        }
    }

    private URI begin(String repository) {
        URI start = uri("/v2/" + repository + "/blobs/uploads/");
        HttpResponse<byte[]> begun = call(
                new Call("POST", start, push(repository), BodyPublishers.noBody(), Map.of()),
                BodyHandlers.ofByteArray());
        expect(begun, "An upload cannot be begun", repository, 202);
        return location(begun, start)
                .orElseThrow(() -> failed("An upload cannot be begun", repository, "it named no place to send it"));
    }

    /** Sends the rest; where it goes on is what comes back. */
    private URI sendPart(String repository, URI place, Upload upload, long offset) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/octet-stream");
        if (offset > 0) {
            headers.put("Content-Range", offset + "-" + (upload.size() - 1));
        }
        HttpResponse<byte[]> response = send(
                new Call("PATCH", place, push(repository), upload.from(offset), headers),
                BodyHandlers.ofByteArray(),
                upload.timeout(offset),
                1);
        if (isPassing(response.statusCode())) {
            throw new IOException("the registry answered with status " + response.statusCode());
        }
        if (response.statusCode() != 202 && response.statusCode() != 204) {
            throw refused(response.statusCode(), response.body(), "A layer cannot be uploaded", repository);
        }
        return location(response, place).orElse(place);
    }

    private HttpResponse<byte[]> finish(String repository, URI place, String digest, Upload upload, long offset)
            throws IOException {
        String separator = place.getRawQuery() == null ? "?" : "&";
        URI target = URI.create(place + separator + "digest=" + encode(digest));
        return send(
                new Call(
                        "PUT",
                        target,
                        push(repository),
                        upload.from(offset),
                        Map.of("Content-Type", "application/octet-stream")),
                BodyHandlers.ofByteArray(),
                upload.timeout(offset),
                1);
    }

    /** How far an upload has got. */
    private record Progress(URI next, long offset) {}

    /** Asks the registry; empty where it has forgotten the upload, or doesn't say. */
    private Optional<Progress> progress(String repository, URI place) {
        HttpResponse<byte[]> response =
                call(new Call("GET", place, push(repository), null, Map.of()), BodyHandlers.ofByteArray());
        Matcher range = RANGE.matcher(response.headers().firstValue("Range").orElse(""));
        return response.statusCode() == 204 && range.matches()
                ? Optional.of(new Progress(location(response, place).orElse(place), Long.parseLong(range.group(1)) + 1))
                : Optional.empty();
    }

    /**
     * Puts a manifest under a tag or its digest.
     *
     * @return its digest, as the registry computed it
     * @throws EngineException {@link ErrorCode#REGISTRY_DIGEST} where the registry computed another one
     */
    public String pushManifest(String repository, String selector, ManifestContent manifest) {
        HttpResponse<byte[]> response = call(
                new Call(
                        "PUT",
                        manifestUri(repository, selector),
                        push(repository),
                        BodyPublishers.ofByteArray(manifest.bytes()),
                        Map.of("Content-Type", manifest.mediaType())),
                BodyHandlers.ofByteArray());
        expect(response, "The manifest cannot be uploaded", repository, 201);
        String digest = response.headers().firstValue("Docker-Content-Digest").orElse("");
        if (digest.isEmpty()) {
            digest = manifestDigest(repository, selector).orElse("none");
        }
        if (!digest.equals(manifest.digest())) {
            throw wrongDigest(repository, manifest.digest(), digest);
        }
        return digest;
    }

    // ---- what refers to an image

    /**
     * What refers to a manifest; nothing where nothing does. Registries that don't know the question keep the list under
     * a tag made of the digest.
     */
    public List<Referrer> referrers(String repository, String digest) {
        Optional<JsonNode> answered = referrersByApi(repository, digest);
        JsonNode list = answered.isPresent()
                ? answered.get()
                : manifest(repository, referrersTag(digest))
                        .map(each -> json(each.bytes(), repository).path("manifests"))
                        .orElse(JsonMapper.shared().createArrayNode());
        List<Referrer> referrers = new ArrayList<>();
        for (JsonNode each : list) {
            Map<String, String> annotations = new LinkedHashMap<>();
            each.path("annotations")
                    .properties()
                    .forEach(one -> annotations.put(one.getKey(), one.getValue().asString("")));
            referrers.add(new Referrer(
                    each.path("mediaType").asString(MediaTypes.OCI_MANIFEST),
                    each.path("digest").asString(""),
                    each.path("size").asLong(0),
                    each.path("artifactType").asString(""),
                    annotations));
        }
        return List.copyOf(referrers);
    }

    private Optional<JsonNode> referrersByApi(String repository, String digest) {
        ArrayNode all = JsonMapper.shared().createArrayNode();
        URI next = uri("/v2/" + repository + "/referrers/" + digest);
        for (int page = 0; page < PAGES_MAX; page++) {
            HttpResponse<byte[]> response = call(
                    new Call("GET", next, pull(repository), null, Map.of("Accept", MediaTypes.OCI_INDEX)),
                    BodyHandlers.ofByteArray());
            String type = response.headers().firstValue("Content-Type").orElse("");
            boolean unknown = List.of(400, 404, 405, 406, 501).contains(response.statusCode());
            if (unknown || (response.statusCode() == 200 && !type.startsWith(MediaTypes.OCI_INDEX))) {
                return Optional.empty();
            }
            expect(response, "What refers to the image cannot be listed", repository, 200);
            json(response.body(), repository).path("manifests").forEach(all::add);
            Matcher link =
                    NEXT_PAGE.matcher(response.headers().firstValue("Link").orElse(""));
            if (!link.find()) {
                return Optional.of(all);
            }
            next = next.resolve(link.group(1));
        }
        throw failed("What refers to the image cannot be listed", repository, "the list has no end");
    }

    /** The tag under which registries without that question keep the list. */
    public static String referrersTag(String digest) {
        return digest.replace(':', '-');
    }

    /**
     * Puts a manifest that refers to another one by its {@code subject}, so that {@link #referrers} finds it.
     *
     * @param subject the other one's digest
     */
    public void attach(String repository, ManifestContent manifest, String subject) {
        HttpResponse<byte[]> response = call(
                new Call(
                        "PUT",
                        manifestUri(repository, manifest.digest()),
                        push(repository),
                        BodyPublishers.ofByteArray(manifest.bytes()),
                        Map.of("Content-Type", manifest.mediaType())),
                BodyHandlers.ofByteArray());
        expect(response, "What refers to the image cannot be uploaded", repository, 201);
        if (response.headers().firstValue("OCI-Subject").isEmpty()) {
            list(repository, manifest, subject);
        }
    }

    /** The registry has not noticed that it refers to something. */
    private void list(String repository, ManifestContent manifest, String subject) {
        String tag = referrersTag(subject);
        ObjectNode index = manifest(repository, tag)
                .map(each -> json(each.bytes(), repository))
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast)
                .orElseGet(() -> JsonMapper.shared()
                        .createObjectNode()
                        .put("schemaVersion", 2)
                        .put("mediaType", MediaTypes.OCI_INDEX));
        for (JsonNode each : index.withArray("/manifests")) {
            if (each.path("digest").asString("").equals(manifest.digest())) {
                return;
            }
        }
        JsonNode root = json(manifest.bytes(), repository);
        ObjectNode entry = index.withArray("/manifests").addObject();
        entry.put("mediaType", manifest.mediaType())
                .put("digest", manifest.digest())
                .put("size", manifest.bytes().length)
                .put(
                        "artifactType",
                        root.path("artifactType")
                                .asString(root.path("config").path("mediaType").asString("")));
        if (root.path("annotations").isObject()) {
            entry.set("annotations", root.path("annotations"));
        }
        byte[] bytes = JsonMapper.shared().writeValueAsBytes(index);
        pushManifest(repository, tag, new ManifestContent(bytes, MediaTypes.OCI_INDEX, Digests.of(bytes)));
    }

    /**
     * A small blob; it is kept in memory.
     *
     * @throws EngineException {@link ErrorCode#REGISTRY_DIGEST} where what comes is something else
     */
    public byte[] blob(String repository, String digest) {
        HttpResponse<byte[]> response = call(
                new Call("GET", uri("/v2/" + repository + "/blobs/" + digest), pull(repository), null, Map.of()),
                BodyHandlers.ofByteArray());
        expect(response, "A blob cannot be read", repository, 200);
        String got = Digests.of(response.body());
        if (!got.equals(digest)) {
            throw wrongDigest(repository, digest, got);
        }
        return response.body();
    }

    /** Sends a small blob. */
    public void pushBlob(String repository, byte[] bytes) {
        push(repository, Digests.of(bytes), new Upload(bytes.length, () -> new ByteArrayInputStream(bytes)));
    }

    /** Lets the connections and threads go. */
    @Override
    public synchronized void close() {
        for (HttpClient each : new HttpClient[] {plain, tls}) {
            if (each instanceof AutoCloseable closeable) { // since Java 21; before, it ends once nothing refers to it
                try {
                    closeable.close();
                } catch (Exception e) {
                    throw new IllegalStateException("an HTTP client does not close", e);
                }
            }
        }
        plain = null;
        tls = null;
        workers.close();
    }

    // ---- one call: authorization, redirects, retries

    /**
     * @param scope what a token must allow, in the token service's words; several with a space between
     * @param body null for none
     */
    private record Call(
            String method, URI uri, String scope, @Nullable BodyPublisher body, Map<String, String> headers) {
        Call at(URI other) {
            return new Call(method, other, scope, body, headers);
        }
    }

    private <T> HttpResponse<T> call(Call call, BodyHandler<T> handler) {
        try {
            return send(call, handler, impatient ? ANSWER_TIMEOUT_SHORT : ANSWER_TIMEOUT, ATTEMPTS);
        } catch (IOException e) {
            throw unreachable(call.uri(), e);
        }
    }

    private <T> HttpResponse<T> send(Call first, BodyHandler<T> handler, Duration timeout, int tries)
            throws IOException {
        Call call = first;
        boolean authenticated = false;
        int redirects = 0;
        for (int attempt = 1; ; attempt++) {
            HttpResponse<T> response;
            try {
                response = once(call, handler, timeout);
            } catch (IOException e) {
                context.cancellation().check();
                if (attempt >= tries || isHopeless(e)) {
                    throw e;
                }
                pause(backOff(attempt));
                continue;
            }
            int status = response.statusCode();
            if (status == 401 && !authenticated && isOurs(call.uri())) {
                discard(response);
                authenticate(response, call.scope());
                authenticated = true;
                attempt--;
            } else if (isRedirect(status) && redirects < REDIRECTS_MAX && call.body() == null) {
                discard(response);
                URI from = call.uri();
                URI to = location(response, from)
                        .orElseThrow(
                                () -> failed("The registry sends elsewhere", from.getPath(), "it did not say where"));
                if (to.getScheme().equals("http") && !from.getScheme().equals("http")) {
                    throw failed(
                            "The registry sends elsewhere",
                            from.getPath(),
                            "that place, " + to.getHost() + ", has no TLS");
                }
                call = call.at(to);
                redirects++;
                attempt--;
            } else if (isPassing(status) && attempt < tries) {
                discard(response);
                pause(retryAfter(response, attempt));
            } else {
                return response;
            }
        }
    }

    private <T> HttpResponse<T> once(Call call, BodyHandler<T> handler, Duration timeout) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri())
                .timeout(timeout)
                .header("User-Agent", "octavo")
                .method(call.method(), call.body() == null ? BodyPublishers.noBody() : call.body());
        call.headers().forEach(request::header);
        if (isOurs(call.uri())) { // a redirect may lead to a store that is not the registry's
            String token = tokens.get(call.scope());
            String plain = basic;
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            } else if (plain != null) {
                request.header("Authorization", plain);
            }
        }
        return exchange(request.build(), handler);
    }

    private <T> HttpResponse<T> exchange(HttpRequest request, BodyHandler<T> handler) throws IOException {
        context.cancellation().check();
        if (impatient) {
            resolve(request.uri());
        }
        CompletableFuture<HttpResponse<T>> future = client(request.uri()).sendAsync(request, handler);
        try (Cancellation.Registration registration = context.cancellation().onCancel(() -> future.cancel(true))) {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(true);
            throw interrupted(e);
        } catch (CancellationException e) {
            context.cancellation().check();
            throw new IOException("the request was cancelled", e);
        } catch (ExecutionException e) {
            context.cancellation().check();
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }

    /** A machine with a name server that doesn't answer would wait for it far longer than for a connection. */
    private void resolve(URI uri) throws IOException {
        boolean direct = proxies().select(uri).stream().allMatch(each -> each.type() == Proxy.Type.DIRECT);
        if (!direct || isLoopback(uri.getHost())) {
            return;
        }
        CompletableFuture<InetAddress> address = new CompletableFuture<>();
        Thread lookUp = new Thread(
                () -> {
                    try {
                        address.complete(InetAddress.getByName(uri.getHost()));
                    } catch (UnknownHostException e) {
                        address.completeExceptionally(e);
                    }
                },
                "octavo-look-up");
        lookUp.setDaemon(true); // nothing can stop it while the system waits for its name server
        lookUp.start();
        try (Cancellation.Registration registration = context.cancellation().onCancel(() -> address.cancel(true))) {
            address.get(connectTimeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new UnknownHostException(String.valueOf(uri.getHost()));
        } catch (CancellationException e) {
            context.cancellation().check();
            throw new IOException("the look-up was cancelled", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private EngineException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EngineException(
                ErrorCode.CANCELLED, "The work was stopped", registry, "its thread was interrupted", "run it again", e);
    }

    private static void discard(HttpResponse<?> response) {
        if (response.body() instanceof InputStream in) {
            closeQuietly(in);
        }
    }

    private static void closeQuietly(InputStream in) {
        try {
            in.close();
        } catch (IOException e) {
            // nothing is lost: what it had to say is not wanted
        }
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** Whether it may go better next time. */
    private static boolean isPassing(int status) {
        return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
    }

    private static Duration backOff(int attempt) {
        return BACK_OFF_MIN.multipliedBy(1L << Math.min(attempt - 1, 6));
    }

    private static Duration retryAfter(HttpResponse<?> response, int attempt) {
        Duration wait = backOff(attempt);
        Optional<String> asked = response.headers().firstValue("Retry-After");
        if (asked.isPresent() && asked.get().matches("[0-9]{1,6}")) {
            wait = Duration.ofSeconds(Long.parseLong(asked.get()));
        }
        return wait.compareTo(BACK_OFF_MAX) > 0 ? BACK_OFF_MAX : wait;
    }

    private void pause(Duration wait) {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (Cancellation.Registration registration = context.cancellation().onCancel(cancelled::countDown)) {
            if (cancelled.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                context.cancellation().check();
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    // ---- authorization

    private void authenticate(HttpResponse<?> response, String scope) throws IOException {
        Optional<Challenge> challenge = response.headers().allValues("WWW-Authenticate").stream()
                .flatMap(header -> Challenge.parse(header).stream())
                .findFirst();
        if (challenge.isEmpty()) {
            return; // the caller sees 401 again, and says so
        }
        synchronized (this) {
            Optional<Credentials> found = credentials();
            if (challenge.get().scheme().equals("basic")) {
                found.ifPresent(each -> basic = each.basic());
            } else {
                tokens.put(scope, token(challenge.get(), scope, found));
            }
        }
    }

    private synchronized Optional<Credentials> credentials() {
        if (!credentialsSought) {
            credentials = Credentials.find(registry, access, context).orElse(null);
            credentialsSought = true;
        }
        return Optional.ofNullable(credentials);
    }

    private String token(Challenge challenge, String scope, Optional<Credentials> found) throws IOException {
        URI realm = URI.create(challenge.parameter("realm"));
        boolean secret = "https".equals(realm.getScheme());
        if (!secret && !isLoopback(realm.getHost()) && !plainHttpAllowed()) {
            throw failed(
                    "No token can be fetched for the registry",
                    "",
                    "its token service, " + realm.getHost() + ", has no TLS, and credentials are not sent that way");
        }
        StringBuilder query = new StringBuilder("service=").append(encode(challenge.parameter("service")));
        for (String each : scope.split(" ")) {
            query.append("&scope=").append(encode(each));
        }
        URI uri = URI.create(realm + (realm.getRawQuery() == null ? "?" : "&") + query);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(ANSWER_TIMEOUT).header("User-Agent", "octavo");
        found.ifPresent(each -> request.header("Authorization", each.basic()));
        HttpResponse<byte[]> response = exchange(request.build(), BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw refused(response.statusCode(), response.body(), "No token can be fetched for the registry", "");
        }
        JsonNode answer = json(response.body(), "");
        String token = answer.path("token").asString(answer.path("access_token").asString(""));
        if (token.isEmpty()) {
            throw failed("No token can be fetched for the registry", "", "the token service's answer holds none");
        }
        return token;
    }

    private static String pull(String repository) {
        return "repository:" + repository + ":pull";
    }

    private static String push(String repository) {
        return "repository:" + repository + ":pull,push";
    }

    /** Asked while pushing, a token for both saves fetching a second one. */
    private String pushOrPull(String repository) {
        return tokens.containsKey(pull(repository)) ? pull(repository) : push(repository);
    }

    // ---- addresses

    private URI manifestUri(String repository, String selector) {
        return uri("/v2/" + repository + "/manifests/" + selector);
    }

    private URI uri(String path) {
        return URI.create(base() + path);
    }

    private boolean isOurs(URI uri) {
        return base().getRawAuthority().equals(uri.getRawAuthority());
    }

    private Optional<URI> location(HttpResponse<?> response, URI from) {
        return response.headers().firstValue("Location").map(text -> {
            URI to = from.resolve(text);
            // registries behind a proxy that ends TLS tend to name themselves without it
            return isOurs(to)
                    ? URI.create(base().getScheme()
                            + to.toString().substring(to.getScheme().length()))
                    : to;
        });
    }

    private synchronized URI base() {
        URI known = base;
        if (known == null) {
            known = findBase();
            base = known;
        }
        return known;
    }

    private URI findBase() {
        String host = ImageReference.hostOf(registry);
        URI tls = URI.create("https://" + host);
        URI plain = URI.create("http://" + host);
        String name = tls.getHost();
        if (name == null) {
            throw failed("The registry's name cannot be used", "", "\"" + host + "\" is no host");
        }
        if (isLoopback(name)) {
            return answersPlain(plain) ? plain : tls;
        }
        if (plainHttpAllowed()) {
            try {
                exchange(ping(tls), BodyHandlers.discarding());
                return tls;
            } catch (IOException e) {
                return isUntrusted(e) ? tls : plain;
            }
        }
        return tls;
    }

    private boolean answersPlain(URI plain) {
        try {
            HttpResponse<byte[]> response = exchange(ping(plain), BodyHandlers.ofByteArray());
            return response.statusCode() != 400
                    || !text(response.body()).toUpperCase(Locale.ROOT).contains("HTTPS");
        } catch (IOException e) {
            // it may want TLS and not say so; where nobody listens, the call that follows tells
            return isHopeless(e);
        }
    }

    private HttpRequest ping(URI address) {
        return HttpRequest.newBuilder(URI.create(address + "/v2/"))
                .timeout(connectTimeout.plusSeconds(5))
                .build();
    }

    private boolean plainHttpAllowed() {
        return access.plainHttp() || Boolean.getBoolean("sendCredentialsOverHttp");
    }

    private static boolean isLoopback(@Nullable String host) {
        if (host == null) {
            return false;
        }
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
        try {
            return literal && InetAddress.getByName(host).isLoopbackAddress(); // a literal is not looked up
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private synchronized HttpClient client(URI uri) {
        boolean secure = "https".equals(uri.getScheme());
        HttpClient known = secure ? tls : plain;
        if (known != null) {
            return known;
        }
        String milliseconds = System.getProperty("jib.httpTimeout", "");
        Duration timeout = milliseconds.matches("[1-9][0-9]{0,8}")
                ? Duration.ofMillis(Long.parseLong(milliseconds))
                : connectTimeout;
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .executor(workers.executor());
        builder.proxy(proxies());
        if (secure) {
            Path certificates = certificates();
            if (certificates != null) {
                builder.sslContext(Trust.with(certificates, registry));
            }
            tls = builder.build();
            return tls;
        }
        plain = builder.sslContext(new NoTls()).build();
        return plain;
    }

    private ProxySelector proxies() {
        return EnvironmentProxies.of(context.environment());
    }

    private @Nullable Path certificates() {
        String named = context.environment().getOrDefault(RegistryAccess.CERTIFICATES, "");
        return access.certificates() != null || named.isEmpty()
                ? access.certificates()
                : context.workspace().resolve(named);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    // ---- failures

    private void expect(HttpResponse<byte[]> response, String what, String repository, int status) {
        if (response.statusCode() != status) {
            throw refused(response.statusCode(), response.body(), what, repository);
        }
    }

    private EngineException refused(int status, byte[] body, String what, String repository) {
        String where = repository.isEmpty() ? registry : registry + "/" + repository;
        String said = said(status, body);
        boolean anonymous = credentials().isEmpty();
        String variables = access.usernameVariable().isEmpty()
                ? "docker login"
                : access.usernameVariable() + " and " + access.passwordVariable() + " or docker login";
        return switch (status) {
            case 401 ->
                new EngineException(
                        ErrorCode.REGISTRY_UNAUTHORIZED,
                        what + ": the registry wants " + (anonymous ? "credentials" : "other credentials"),
                        where,
                        said,
                        anonymous
                                ? "give credentials by " + variables
                                        + "; some registries answer so for what doesn't exist"
                                : "check user and password, or that the token is still valid");
            case 403 ->
                new EngineException(
                        ErrorCode.REGISTRY_UNAUTHORIZED,
                        what + ": the registry forbids it",
                        where,
                        said,
                        "let the account read and write the repository, or use another account");
            case 404 ->
                new EngineException(
                        ErrorCode.REGISTRY_NOT_FOUND,
                        what + ": the registry doesn't have it",
                        where,
                        said,
                        "check the name; in some registries a project must exist before an image is pushed into it");
            default ->
                new EngineException(
                        ErrorCode.REGISTRY_FAILED,
                        what,
                        where,
                        said,
                        isPassing(status)
                                ? "try again later; if it stays, the registry's own log says more"
                                : "see what the registry says above; its own log says more");
        };
    }

    /** The status, with what the registry says of it on one line. */
    private String said(int status, byte[] body) {
        String answer = "the registry answered with status " + status;
        try {
            JsonNode error = JsonMapper.shared().readTree(body).path("errors").path(0);
            // masked before anything is cut off or put on one line: what is left of a secret would not be found any
            // more
            String text = shown(error.path("code").asString("") + ": "
                            + error.path("message").asString(""))
                    .replaceAll("\\p{Cntrl}+", " ")
                    .strip();
            return text.equals(":") ? answer : answer + ": " + text.substring(0, Math.min(text.length(), 300));
        } catch (JacksonException e) {
            return answer;
        }
    }

    /** A registry may answer with what it was sent. */
    private String shown(String text) {
        String shown = text;
        for (String secret : secrets()) {
            shown = shown.replace(secret, "****");
        }
        return shown;
    }

    private List<String> secrets() {
        List<String> secrets = new ArrayList<>(tokens.values());
        credentials().ifPresent(each -> secrets.addAll(each.secrets()));
        return secrets;
    }

    private JsonNode json(byte[] body, String repository) {
        try {
            return JsonMapper.shared().readTree(body);
        } catch (JacksonException e) {
            throw failed("The registry's answer cannot be read", repository, "it is no JSON");
        }
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    private EngineException wrongDigest(String repository, String wanted, String got) {
        return new EngineException(
                ErrorCode.REGISTRY_DIGEST,
                "The registry gives another content than its digest says",
                registry + "/" + repository,
                "expected " + wanted + "\nbut got " + got,
                "something between here and the registry changes what it holds: find out before anything is deployed");
    }

    private EngineException failed(String what, String repository, String why) {
        return new EngineException(
                ErrorCode.REGISTRY_FAILED,
                what,
                repository.isEmpty() ? registry : registry + "/" + repository,
                why,
                "check the registry's address and configuration");
    }

    private EngineException missing(Path file, IOException e) {
        boolean gone = e instanceof NoSuchFileException || e instanceof FileNotFoundException;
        return new EngineException(
                ErrorCode.BUILD_OUTPUT,
                "A part of the image cannot be read",
                file.toString(),
                gone ? "the file is gone" : String.valueOf(e.getMessage()),
                "build the image again",
                e);
    }

    private EngineException disk(Path file, IOException e) {
        return new EngineException(
                ErrorCode.BUILD_DISK,
                "A part of an image cannot be written",
                file.toString(),
                String.valueOf(e.getMessage()),
                "free disk space, or check who may write there",
                e);
    }

    private EngineException unreachable(URI uri, IOException e) {
        if (isUntrusted(e)) {
            return new EngineException(
                    ErrorCode.REGISTRY_FAILED,
                    "The registry's certificate is not trusted",
                    registry,
                    rootMessage(e),
                    "name a PEM file with the certificate of its authority by the variable "
                            + RegistryAccess.CERTIFICATES,
                    e);
        }
        if (e instanceof SSLException) {
            return new EngineException(
                    ErrorCode.REGISTRY_FAILED,
                    "No TLS connection with the registry",
                    registry,
                    rootMessage(e),
                    "if the registry has no TLS, allow plain HTTP for it",
                    e);
        }
        return new EngineException(
                ErrorCode.REGISTRY_UNREACHABLE,
                "The registry cannot be reached",
                uri.getScheme() + "://" + uri.getAuthority(),
                rootMessage(e),
                "check the address, the network and the proxy settings, and that the registry runs",
                e);
    }

    private static boolean isUntrusted(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof CertPathBuilderException) {
                return true;
            }
        }
        return false;
    }

    /** Whether another try a moment later would end the same way. */
    private boolean isHopeless(IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (impatient && cause instanceof HttpTimeoutException) {
                return true;
            }
            if (cause instanceof UnresolvedAddressException
                    || cause instanceof UnknownHostException
                    || cause instanceof ConnectException
                    || cause instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    private static String rootMessage(Throwable e) {
        String message = "";
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return "no such host is known here";
            }
            if (cause instanceof HttpTimeoutException) {
                return "no answer in time";
            }
            if (cause instanceof ConnectException && cause.getMessage() == null) {
                return "nothing listens there (connection refused)";
            }
            if (cause.getMessage() != null) {
                message = cause.getMessage();
            }
        }
        return message.isEmpty() ? e.getClass().getSimpleName() : message;
    }

    /** Tells a disk that cannot be written from a network that cannot be read. */
    private static final class DiskException extends Exception {
        private static final long serialVersionUID = 1L;

        private final IOException failure;

        DiskException(IOException failure) {
            super(failure);
            this.failure = failure;
        }
    }
}
