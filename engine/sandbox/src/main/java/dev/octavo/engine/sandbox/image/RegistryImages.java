package dev.octavo.engine.sandbox.image;

import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.sandbox.kube.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Fetches images from the registries that their names name. */
public final class RegistryImages implements ImageSource {
    private static final String MANIFESTS = String.join(
            ", ",
            "application/vnd.oci.image.index.v1+json",
            "application/vnd.oci.image.manifest.v1+json",
            "application/vnd.docker.distribution.manifest.list.v2+json",
            "application/vnd.docker.distribution.manifest.v2+json");
    private static final int MAX_MANIFEST = 4 * 1024 * 1024;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration BLOB_TIMEOUT = Duration.ofMinutes(10);
    private static final Pattern CHALLENGE = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final Map<String, Object> locks = new ConcurrentHashMap<>();
    private final Map<Access, String> tokens = new ConcurrentHashMap<>();
    /** Who this machine is at registries, as a node has it. */
    private final Map<String, SecretValue> own = new ConcurrentHashMap<>();

    private @Nullable HttpClient client;

    private synchronized HttpClient http() {
        if (client == null) {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .build();
        }
        return client;
    }

    @Override
    public void login(String host, String user, SecretValue password) {
        own.put(host, new SecretValue(RegistryLogins.encoded(user, password.reveal())));
    }

    @Override
    public UnpackedImage unpack(String reference, Path into) {
        return unpack(reference, into, RegistryLogins.NONE);
    }

    @Override
    public UnpackedImage unpack(String reference, Path into, RegistryLogins logins) {
        ImageReference name = ImageReference.parse(reference);
        try {
            if (name.isDigest()) {
                UnpackedImage present = ImageFolder.read(into, name.version());
                if (present != null) {
                    return present;
                }
            }
            Access access = new Access(name, logins.basic(name.registry()).orElse(own.get(name.registry())));
            Manifest manifest = manifest(access, name.version());
            String digest = manifest.digest();
            if (manifest.content().has("manifests")) {
                manifest = manifest(access, platform(reference, manifest.content()));
            }
            synchronized (locks.computeIfAbsent(digest, any -> new Object())) {
                UnpackedImage present = ImageFolder.read(into, digest);
                return present == null ? fetch(access, manifest, digest, into) : present;
            }
        } catch (IOException e) {
            throw new ImageException("failed to pull and unpack image \"" + reference + "\": " + reason(name, e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException("failed to pull image \"" + reference + "\": the sandbox was stopped", e);
        } catch (ImageException e) {
            throw new ImageException("failed to pull and unpack image \"" + reference + "\": " + e.getMessage(), e);
        }
    }

    private static String reason(ImageReference name, IOException failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException) {
                return "dial tcp: lookup " + name.registry() + ": no such host";
            }
        }
        if (failure instanceof ConnectException) {
            return "dial tcp " + name.registry() + ": connect: connection refused";
        }
        return String.valueOf(failure.getMessage() == null ? failure : failure.getMessage());
    }

    /** A repository, and who we are there: for the header {@code Authorization}, behind {@code Basic}. */
    private record Access(ImageReference name, @Nullable SecretValue login) {}

    private record Manifest(String digest, JsonNode content) {}

    private Manifest manifest(Access access, String version) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = get(access, "/manifests/" + version, MANIFESTS, REQUEST_TIMEOUT);
        byte[] body;
        try (InputStream in = response.body()) {
            body = in.readNBytes(MAX_MANIFEST);
        }
        if (response.statusCode() != 200) {
            throw refused(access.name(), version, response.statusCode(), body);
        }
        String digest = "sha256:" + HexFormat.of().formatHex(sha256().digest(body));
        if (version.startsWith("sha256:") && !version.equals(digest)) {
            throw new ImageException("the registry's answer has the digest " + digest + ", not " + version);
        }
        try {
            return new Manifest(digest, Json.parse(body));
        } catch (JacksonException e) {
            throw new ImageException("the registry's manifest is not JSON");
        }
    }

    private static ImageException refused(ImageReference name, String version, int code, byte[] body) {
        String detail = "";
        try {
            JsonNode error = Json.parse(body).path("errors").path(0);
            detail = Json.text(error, "message");
            if (detail.isEmpty()) {
                detail = Json.text(error, "code");
            }
        } catch (JacksonException e) {
            // it has said nothing that can be read
        }
        String image = name.registry() + "/" + name.repository() + (version.contains(":") ? "@" : ":") + version;
        if (code == 404) {
            return new ImageException(image + ": not found" + (detail.isEmpty() ? "" : " (" + detail + ")"));
        }
        if (code == 401 || code == 403) {
            return new ImageException(image + ": pull access denied, repository does not exist or may require"
                    + " authorization" + (detail.isEmpty() ? "" : ": " + detail));
        }
        return new ImageException(image + ": the registry answered " + code + (detail.isEmpty() ? "" : ": " + detail));
    }

    private static String platform(String reference, JsonNode index) {
        String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String architecture =
                switch (machine) {
                    case "x86_64", "amd64" -> "amd64";
                    case "aarch64" -> "arm64";
                    default -> machine;
                };
        List<String> offered = new ArrayList<>();
        for (JsonNode each : index.path("manifests")) {
            String os = Json.text(each, "platform", "os");
            String of = Json.text(each, "platform", "architecture");
            if (os.equals("linux") && of.equals(architecture)) {
                return Json.text(each, "digest");
            }
            offered.add(os + "/" + of);
        }
        throw new ImageException("no match for platform linux/" + architecture + " in manifest: " + reference
                + " is for " + String.join(", ", offered));
    }

    private HttpResponse<InputStream> get(Access access, String path, String accept, Duration timeout)
            throws IOException, InterruptedException {
        HttpResponse<InputStream> response = send(access, path, accept, timeout);
        if (response.statusCode() == 401) {
            String challenge = response.headers().firstValue("WWW-Authenticate").orElse("");
            if (challenge.regionMatches(true, 0, "Bearer ", 0, 7)) {
                response.body().close();
                tokens.put(access, token(challenge, access.login()));
                return send(access, path, accept, timeout);
            }
        }
        return response;
    }

    private HttpResponse<InputStream> send(Access access, String path, String accept, Duration timeout)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(access.name().url() + path))
                .timeout(timeout)
                .header("Accept", accept);
        String token = tokens.get(access);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        } else if (access.login() != null) {
            request.header("Authorization", "Basic " + access.login().reveal());
        }
        return http().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** A token; public registries give one to everybody. */
    private String token(String challenge, @Nullable SecretValue login) throws IOException, InterruptedException {
        Map<String, String> parameters = new LinkedHashMap<>();
        Matcher matcher = CHALLENGE.matcher(challenge);
        while (matcher.find()) {
            parameters.put(matcher.group(1), matcher.group(2));
        }
        StringBuilder url = new StringBuilder(parameters.getOrDefault("realm", ""));
        char separator = '?';
        for (String key : new String[] {"service", "scope"}) {
            if (parameters.containsKey(key)) {
                url.append(separator)
                        .append(key)
                        .append('=')
                        .append(URLEncoder.encode(parameters.getOrDefault(key, ""), StandardCharsets.UTF_8));
                separator = '&';
            }
        }
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create(url.toString())).timeout(REQUEST_TIMEOUT);
        } catch (IllegalArgumentException e) {
            throw new ImageException("the registry asks for a token from \"" + url + "\", which is no URL");
        }
        if (login != null) {
            request.header("Authorization", "Basic " + login.reveal());
        }
        HttpResponse<String> response = http().send(request.build(), HttpResponse.BodyHandlers.ofString());
        try {
            JsonNode body = Json.parse(response.body());
            String token = Json.text(body, "token");
            return token.isEmpty() ? Json.text(body, "access_token") : token;
        } catch (JacksonException e) {
            throw new ImageException("the registry's token service answered " + response.statusCode());
        }
    }

    private UnpackedImage fetch(Access access, Manifest manifest, String digest, Path into)
            throws IOException, InterruptedException {
        JsonNode content = manifest.content();
        byte[] config;
        String configDigest = Json.text(content, "config", "digest");
        try (InputStream in = blob(access, configDigest)) {
            config = in.readNBytes(MAX_MANIFEST);
        }
        if (!configDigest.equals("sha256:" + HexFormat.of().formatHex(sha256().digest(config)))) {
            throw new ImageException("the image's configuration does not have its digest");
        }
        List<Path> layers = new ArrayList<>();
        for (JsonNode layer : content.path("layers")) {
            layers.add(layer(access, Json.text(layer, "digest"), Json.text(layer, "mediaType"), into));
        }
        try {
            return ImageFolder.compose(into, digest, layers, Json.parse(config));
        } catch (JacksonException e) {
            throw new ImageException("the image's configuration is not JSON");
        }
    }

    private Path layer(Access access, String digest, String mediaType, Path into)
            throws IOException, InterruptedException {
        if (!digest.matches("sha256:[0-9a-f]{64}")) {
            throw new ImageException("the image has a layer with the digest \"" + digest + "\"");
        }
        if (mediaType.contains("zstd")) {
            throw new ImageException("layers of the type " + mediaType + " cannot be unpacked: use gzip");
        }
        Path target = into.resolve("layers").resolve(digest.substring("sha256:".length()));
        synchronized (locks.computeIfAbsent(digest, any -> new Object())) {
            if (Files.isDirectory(target)) {
                return target;
            }
            MessageDigest sum = sha256();
            try (InputStream in = new DigestInputStream(blob(access, digest), sum)) {
                LayerFolder.unpack(in, target, () -> {
                    in.transferTo(OutputStream.nullOutputStream());
                    String found = "sha256:" + HexFormat.of().formatHex(sum.digest());
                    if (!found.equals(digest)) {
                        throw new ImageException("a layer has the digest " + found + ", not " + digest);
                    }
                });
            }
            return target;
        }
    }

    private InputStream blob(Access access, String digest) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = get(access, "/blobs/" + digest, "*/*", BLOB_TIMEOUT);
        if (response.statusCode() != 200) {
            byte[] body;
            try (InputStream in = response.body()) {
                body = in.readNBytes(MAX_MANIFEST);
            }
            throw refused(access.name(), digest, response.statusCode(), body);
        }
        return response.body();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
