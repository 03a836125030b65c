package dev.octavo.engine.sandbox.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.octavo.engine.sandbox.registry.RegistryStorage.StoredManifest;
import dev.octavo.engine.sandbox.registry.RegistryStorage.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers by the OCI distribution protocol, version 1.1. */
final class RegistryHandler implements HttpHandler {
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";
    private static final Pattern ENDPOINT = Pattern.compile(
            "/v2/(?<name>.+?)/(?:(?<tags>tags/list)|manifests/(?<manifest>[^/]+)|blobs/uploads/?(?<upload>[^/]*)"
                    + "|blobs/(?<blob>[^/]+)|referrers/(?<subject>[^/]+))");
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
    private static final Pattern LOCAL =
            Pattern.compile("(?:127(?:\\.[0-9]{1,3}){3}|\\[::1]|(?:.+\\.)?localhost)(?::[0-9]+)?");
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{0,18})");
    private static final Pattern CONTENT_RANGE = Pattern.compile("(?:bytes )?([0-9]{1,18})-([0-9]{1,18})(?:/.*)?");
    private static final int MANIFEST_MAX = 4 << 20;

    private final RegistryStorage storage;

    RegistryHandler(RegistryStorage storage) {
        this.storage = storage;
    }

    /** An answer that says what was wrong. */
    private static final class Refusal extends Exception {
        private static final long serialVersionUID = 1L;

        private final int status;
        private final String code;

        Refusal(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Docker-Distribution-Api-Version", "registry/2.0");
            try {
                route(exchange);
            } catch (Refusal e) {
                refuse(exchange, e.status, e.code, String.valueOf(e.getMessage()));
            } catch (IOException | RuntimeException e) {
                // whoever waits for an answer is told; where they have gone, or it had begun, there is nobody to tell
                if (exchange.getResponseCode() < 0) {
                    refuse(exchange, 500, "UNKNOWN", e.getClass().getSimpleName() + ": " + e.getMessage());
                } else {
                    throw e;
                }
            }
        }
    }

    private void route(HttpExchange exchange) throws IOException, Refusal {
        // a page in somebody's browser must not reach it by a name that it has made lead here
        String host = exchange.getRequestHeaders().getFirst("Host");
        if (host != null && !LOCAL.matcher(host).matches()) {
            throw new Refusal(403, "DENIED", "this registry answers on the loopback address alone");
        }
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        if (path.equals("/v2") || path.equals("/v2/")) {
            require(method, "GET", "HEAD");
            json(exchange, 200, "application/json", JsonMapper.shared().createObjectNode());
            return;
        }
        if (path.equals("/v2/_catalog")) {
            require(method, "GET", "HEAD");
            page(exchange, "repositories", storage.repositories(), node -> node);
            return;
        }
        Matcher matcher = ENDPOINT.matcher(path);
        if (!matcher.matches()) {
            throw new Refusal(404, "UNSUPPORTED", "no such endpoint: " + path);
        }
        String name = matcher.group("name");
        if (!NAME.matcher(name).matches() || name.length() > 255) {
            throw new Refusal(400, "NAME_INVALID", "not the name of a repository: " + name);
        }
        if (matcher.group("tags") != null) {
            require(method, "GET", "HEAD");
            tags(exchange, name);
        } else if (matcher.group("manifest") != null) {
            manifests(exchange, method, name, matcher.group("manifest"));
        } else if (matcher.group("blob") != null) {
            blobs(exchange, method, name, matcher.group("blob"));
        } else if (matcher.group("subject") != null) {
            require(method, "GET", "HEAD");
            referrers(exchange, name, digest(matcher.group("subject")));
        } else {
            uploads(exchange, method, name, matcher.group("upload"));
        }
    }

    private static void require(String method, String... allowed) throws Refusal {
        if (!List.of(allowed).contains(method)) {
            throw new Refusal(405, "UNSUPPORTED", method + " is not supported here");
        }
    }

    private static String digest(String text) throws Refusal {
        if (!DIGEST.matcher(text).matches()) {
            throw new Refusal(400, "DIGEST_INVALID", "not a sha256 digest: " + text);
        }
        return text;
    }

    // ---- tags, referrers

    private void tags(HttpExchange exchange, String name) throws IOException, Refusal {
        if (!storage.hasRepository(name)) {
            throw new Refusal(404, "NAME_UNKNOWN", "no such repository: " + name);
        }
        page(exchange, "tags", storage.tags(name), node -> node.put("name", name));
    }

    private void page(HttpExchange exchange, String field, List<String> all, UnaryOperator<ObjectNode> head)
            throws IOException, Refusal {
        Map<String, String> query = query(exchange);
        String last = query.getOrDefault("last", "");
        String count = query.getOrDefault("n", "");
        if (!count.matches("[0-9]{0,9}")) {
            throw new Refusal(400, "PAGINATION_NUMBER_INVALID", "not a number: " + count);
        }
        List<String> rest =
                all.stream().filter(each -> each.compareTo(last) > 0).toList();
        int size = count.isEmpty() ? rest.size() : Math.min(rest.size(), Integer.parseInt(count));
        ObjectNode root = head.apply(JsonMapper.shared().createObjectNode());
        ArrayNode array = root.putArray(field);
        rest.subList(0, size).forEach(array::add);
        if (size > 0 && size < rest.size()) {
            exchange.getResponseHeaders()
                    .set(
                            "Link",
                            "<" + exchange.getRequestURI().getPath() + "?n=" + size + "&last=" + rest.get(size - 1)
                                    + ">; rel=\"next\"");
        }
        json(exchange, 200, "application/json", root);
    }

    private void referrers(HttpExchange exchange, String name, String subject) throws IOException {
        String wanted = query(exchange).getOrDefault("artifactType", "");
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("schemaVersion", 2).put("mediaType", INDEX);
        ArrayNode manifests = root.putArray("manifests");
        for (String digest : storage.referrers(name, subject)) {
            Optional<StoredManifest> found = storage.manifest(name, digest);
            if (found.isEmpty()) {
                continue;
            }
            JsonNode manifest = JsonMapper.shared().readTree(found.get().bytes());
            String type = manifest.path("artifactType")
                    .asString(manifest.path("config").path("mediaType").asString(""));
            if (wanted.isEmpty() || wanted.equals(type)) {
                ObjectNode entry = manifests
                        .addObject()
                        .put("mediaType", found.get().mediaType())
                        .put("digest", digest)
                        .put("size", found.get().bytes().length)
                        .put("artifactType", type);
                if (manifest.path("annotations").isObject()) {
                    entry.set("annotations", manifest.path("annotations"));
                }
            }
        }
        if (!wanted.isEmpty()) {
            exchange.getResponseHeaders().set("OCI-Filters-Applied", "artifactType");
        }
        json(exchange, 200, INDEX, root);
    }

    // ---- manifests

    private void manifests(HttpExchange exchange, String method, String name, String selector)
            throws IOException, Refusal {
        require(method, "GET", "HEAD", "PUT", "DELETE");
        if (selector.contains(":")) {
            digest(selector);
        } else if (!TAG.matcher(selector).matches()) {
            throw new Refusal(400, "TAG_INVALID", "not a tag: " + selector);
        }
        if (method.equals("PUT")) {
            putManifest(exchange, name, selector);
            return;
        }
        if (method.equals("DELETE")) {
            if (!storage.deleteManifest(name, selector)) {
                throw unknownManifest(name, selector);
            }
            empty(exchange, 202);
            return;
        }
        StoredManifest manifest = storage.manifest(name, selector).orElseThrow(() -> unknownManifest(name, selector));
        exchange.getResponseHeaders().set("Docker-Content-Digest", manifest.digest());
        exchange.getResponseHeaders().set("ETag", "\"" + manifest.digest() + "\"");
        bytes(exchange, 200, manifest.mediaType(), manifest.bytes());
    }

    private Refusal unknownManifest(String name, String selector) {
        return storage.hasRepository(name)
                ? new Refusal(404, "MANIFEST_UNKNOWN", name + " has no manifest " + selector)
                : new Refusal(404, "NAME_UNKNOWN", "no such repository: " + name);
    }

    private void putManifest(HttpExchange exchange, String name, String selector) throws IOException, Refusal {
        byte[] bytes = exchange.getRequestBody().readNBytes(MANIFEST_MAX + 1);
        if (bytes.length > MANIFEST_MAX) {
            throw new Refusal(413, "MANIFEST_INVALID", "larger than " + MANIFEST_MAX + " bytes");
        }
        String digest = RegistryStorage.digest(bytes);
        boolean byDigest = selector.startsWith("sha256:");
        if (byDigest && !selector.equals(digest)) {
            throw new Refusal(400, "DIGEST_INVALID", "the manifest's digest is " + digest + ", not " + selector);
        }
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(bytes);
        } catch (JacksonException e) {
            throw new Refusal(400, "MANIFEST_INVALID", "the manifest is no JSON");
        }
        if (!root.isObject() || root.path("schemaVersion").asInt(0) != 2) {
            throw new Refusal(400, "MANIFEST_INVALID", "not a manifest of schema version 2");
        }
        String declared = exchange.getRequestHeaders().getFirst("Content-Type");
        String mediaType = root.path("mediaType").asString(declared == null ? "" : declared);
        if (mediaType.isEmpty() || (declared != null && !declared.equals(mediaType))) {
            throw new Refusal(
                    400, "MANIFEST_INVALID", "its media type is \"" + mediaType + "\", and it was sent as " + declared);
        }
        complete(name, root);
        String subject = root.path("subject").path("digest").asString("");
        storage.putManifest(
                name,
                new StoredManifest(digest, mediaType, bytes),
                byDigest ? null : selector,
                subject.isEmpty() ? null : digest(subject));
        if (!subject.isEmpty()) {
            exchange.getResponseHeaders().set("OCI-Subject", subject);
        }
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
        exchange.getResponseHeaders().set("Location", "/v2/" + name + "/manifests/" + digest);
        empty(exchange, 201);
    }

    /** What a manifest names must be there, or a pull would break later. */
    private void complete(String name, JsonNode root) throws IOException, Refusal {
        for (JsonNode each : root.path("manifests")) {
            String digest = digest(each.path("digest").asString(""));
            if (storage.manifest(name, digest).isEmpty()) {
                throw new Refusal(404, "MANIFEST_BLOB_UNKNOWN", name + " has no manifest " + digest);
            }
        }
        if (root.path("config").isObject()) {
            completeBlob(name, root.path("config"));
        }
        for (JsonNode each : root.path("layers")) {
            if (each.path("urls").isEmpty()) {
                completeBlob(name, each);
            }
        }
    }

    private void completeBlob(String name, JsonNode descriptor) throws Refusal {
        String digest = digest(descriptor.path("digest").asString(""));
        if (!storage.hasBlob(name, digest)) {
            throw new Refusal(404, "MANIFEST_BLOB_UNKNOWN", name + " has no blob " + digest);
        }
    }

    // ---- blobs

    private void blobs(HttpExchange exchange, String method, String name, String text) throws IOException, Refusal {
        require(method, "GET", "HEAD", "DELETE");
        String digest = digest(text);
        if (method.equals("DELETE")) {
            if (!storage.unlinkBlob(name, digest)) {
                throw new Refusal(404, "BLOB_UNKNOWN", name + " has no blob " + digest);
            }
            empty(exchange, 202);
            return;
        }
        if (!storage.hasBlob(name, digest)) {
            throw new Refusal(404, "BLOB_UNKNOWN", name + " has no blob " + digest);
        }
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
        exchange.getResponseHeaders().set("ETag", "\"" + digest + "\"");
        exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        send(exchange, storage.blob(digest));
    }

    private static void send(HttpExchange exchange, Path file) throws IOException, Refusal {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            long first = 0;
            long last = size - 1;
            String range = exchange.getRequestHeaders().getFirst("Range");
            Matcher matcher = RANGE.matcher(range == null ? "" : range);
            boolean part = matcher.matches();
            if (part) {
                first = Long.parseLong(matcher.group(1));
                last = matcher.group(2).isEmpty() ? last : Math.min(last, Long.parseLong(matcher.group(2)));
                if (first > last) {
                    throw new Refusal(416, "RANGE_INVALID", "the blob has " + size + " bytes");
                }
                exchange.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + last + "/" + size);
            }
            long length = last - first + 1;
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", Long.toString(length));
                exchange.sendResponseHeaders(part ? 206 : 200, -1);
                return;
            }
            exchange.sendResponseHeaders(part ? 206 : 200, length == 0 ? -1 : length);
            if (length > 0) {
                OutputStream out = exchange.getResponseBody();
                InputStream in = Channels.newInputStream(channel.position(first));
                byte[] buffer = new byte[64 * 1024];
                long left = length;
                while (left > 0) {
                    int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                    if (n < 0) {
                        throw new NoSuchFileException(file + " was cut off");
                    }
                    out.write(buffer, 0, n);
                    left -= n;
                }
                out.close();
            }
        }
    }

    // ---- uploads

    private void uploads(HttpExchange exchange, String method, String name, String id) throws IOException, Refusal {
        Map<String, String> query = query(exchange);
        if (id.isEmpty()) {
            require(method, "POST");
            begin(exchange, name, query);
            return;
        }
        require(method, "GET", "PATCH", "PUT", "DELETE");
        Upload upload = storage.upload(name, id)
                .orElseThrow(() -> new Refusal(404, "BLOB_UPLOAD_UNKNOWN", "no such upload: " + id));
        switch (method) {
            case "GET" -> progress(exchange, upload, 204);
            case "PATCH" -> {
                inOrder(exchange, upload);
                upload.append(exchange.getRequestBody());
                progress(exchange, upload, 202);
            }
            case "PUT" -> {
                String digest = digest(query.getOrDefault("digest", ""));
                inOrder(exchange, upload);
                upload.append(exchange.getRequestBody());
                finish(exchange, upload, digest);
            }
            default -> {
                upload.cancel();
                empty(exchange, 204);
            }
        }
    }

    private void begin(HttpExchange exchange, String name, Map<String, String> query) throws IOException, Refusal {
        String mount = query.get("mount");
        if (mount != null) {
            String digest = digest(mount);
            String from = query.get("from");
            if (from == null
                    ? storage.hasBlob(digest)
                    : NAME.matcher(from).matches() && storage.hasBlob(from, digest)) {
                storage.linkBlob(name, digest);
                created(exchange, name, digest);
                return;
            }
        }
        String whole = query.get("digest");
        if (whole != null) {
            String digest = digest(whole);
            Upload upload = storage.beginUpload(name);
            upload.append(exchange.getRequestBody());
            finish(exchange, upload, digest);
            return;
        }
        progress(exchange, storage.beginUpload(name), 202);
    }

    private static void inOrder(HttpExchange exchange, Upload upload) throws Refusal {
        String range = exchange.getRequestHeaders().getFirst("Content-Range");
        if (range == null) {
            return;
        }
        Matcher matcher = CONTENT_RANGE.matcher(range);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) != upload.size()) {
            throw new Refusal(416, "BLOB_UPLOAD_INVALID", "the next byte is number " + upload.size());
        }
    }

    private static void finish(HttpExchange exchange, Upload upload, String digest) throws IOException, Refusal {
        if (!upload.finish(digest)) {
            throw new Refusal(400, "DIGEST_INVALID", "what was sent is not " + digest);
        }
        created(exchange, upload.repository(), digest);
    }

    private static void created(HttpExchange exchange, String name, String digest) throws IOException {
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
        exchange.getResponseHeaders().set("Location", "/v2/" + name + "/blobs/" + digest);
        empty(exchange, 201);
    }

    private static void progress(HttpExchange exchange, Upload upload, int status) throws IOException {
        exchange.getResponseHeaders().set("Location", "/v2/" + upload.repository() + "/blobs/uploads/" + upload.id());
        exchange.getResponseHeaders().set("Docker-Upload-Uuid", upload.id());
        exchange.getResponseHeaders().set("Range", "0-" + Math.max(0, upload.size() - 1));
        empty(exchange, status);
    }

    // ---- answers

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> result = new HashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            result.put(name, URLDecoder.decode(equals < 0 ? "" : pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return result;
    }

    private static void refuse(HttpExchange exchange, int status, String code, String message) throws IOException {
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.putArray("errors").addObject().put("code", code).put("message", message);
        exchange.getResponseHeaders().remove("Content-Length");
        json(exchange, status, "application/json", root);
    }

    private static void json(HttpExchange exchange, int status, String type, JsonNode node) throws IOException {
        bytes(exchange, status, type, JsonMapper.shared().writeValueAsBytes(node));
    }

    private static void bytes(HttpExchange exchange, int status, @Nullable String type, byte[] bytes)
            throws IOException {
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        exchange.getResponseHeaders().set("Content-Type", type == null ? "application/octet-stream" : type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().close();
    }

    private static void empty(HttpExchange exchange, int status) throws IOException {
        exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
        exchange.sendResponseHeaders(status, -1);
    }
}
