package dev.octavo.engine.sandbox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.sandbox.kube.Json;
import dev.octavo.engine.sandbox.registry.SandboxRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class RegistryImagesTest {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";

    @TempDir
    Path temp;

    private final HttpClient http = HttpClient.newHttpClient();
    private final RegistryImages images = new RegistryImages();
    private SandboxRegistry registry;
    private Path cache;

    @BeforeEach
    void start() {
        registry = SandboxRegistry.start(temp.resolve("registry"), 0);
        cache = temp.resolve("cache");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    // ------------------------------------------------------------------------------------------------------ what is
    // used

    /** Writes a layer. */
    private static final class Layer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final TarArchiveOutputStream tar;

        Layer() throws IOException {
            tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes), "UTF-8");
        }

        Layer file(String name, String text) throws IOException {
            return file(name, text, 0100644);
        }

        Layer file(String name, String text, int mode) throws IOException {
            byte[] content = text.getBytes(StandardCharsets.UTF_8);
            TarArchiveEntry entry = new TarArchiveEntry(name, true);
            entry.setSize(content.length);
            entry.setMode(mode);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        }

        Layer link(String name, String target, byte type) throws IOException {
            TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
            entry.setLinkName(target);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
            return this;
        }

        byte[] bytes() throws IOException {
            tar.close();
            return bytes.toByteArray();
        }
    }

    private static String digest(byte[] bytes) throws Exception {
        return "sha256:"
                + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private String pushBlob(byte[] bytes) throws Exception {
        String digest = digest(bytes);
        HttpResponse<Void> begun = http.send(
                HttpRequest.newBuilder(URI.create("http://" + registry.address() + "/v2/shop/web/blobs/uploads/"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        URI place = begun.uri().resolve(begun.headers().firstValue("Location").orElseThrow());
        String separator = place.getQuery() == null ? "?" : "&";
        int code = http.send(
                        HttpRequest.newBuilder(URI.create(place + separator + "digest=" + digest))
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
        assertThat(code).isEqualTo(201);
        return digest;
    }

    private String pushManifest(String version, String type, ObjectNode manifest) throws Exception {
        byte[] bytes = Json.bytes(manifest);
        String name = version.isEmpty() ? digest(bytes) : version;
        int code = http.send(
                        HttpRequest.newBuilder(
                                        URI.create("http://" + registry.address() + "/v2/shop/web/manifests/" + name))
                                .header("Content-Type", type)
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
        assertThat(code).isEqualTo(201);
        return digest(bytes);
    }

    private String push(String version, byte[]... layers) throws Exception {
        ObjectNode config = Json.object().put("os", "linux").put("architecture", "amd64");
        ObjectNode inner = config.putObject("config");
        inner.putArray("Entrypoint").add("/app/run");
        inner.putArray("Cmd").add("serve");
        inner.putArray("Env").add("PATH=/usr/bin").add("MODE=a=b");
        inner.put("WorkingDir", "/app");
        config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        byte[] configBytes = Json.bytes(config);
        ObjectNode manifest = Json.object().put("schemaVersion", 2).put("mediaType", MANIFEST);
        manifest.putObject("config")
                .put("mediaType", "application/vnd.oci.image.config.v1+json")
                .put("digest", pushBlob(configBytes))
                .put("size", configBytes.length);
        ArrayNode list = manifest.putArray("layers");
        for (byte[] layer : layers) {
            list.addObject()
                    .put("mediaType", "application/vnd.oci.image.layer.v1.tar+gzip")
                    .put("digest", pushBlob(layer))
                    .put("size", layer.length);
        }
        return pushManifest(version, MANIFEST, manifest);
    }

    private String reference(String version) {
        return registry.address() + "/shop/web" + (version.startsWith("sha256:") ? "@" : ":") + version;
    }

    // -------------------------------------------------------------------------------------------------------------
    // tests

    @Test
    void laysLayersOverEachOther() throws Exception {
        byte[] base = new Layer()
                .file("app/run", "one", 0100755)
                .file("app/old/a", "a")
                .file("app/gone", "g")
                .file("etc/x", "x")
                .link("app/hard", "app/run", TarConstants.LF_LINK)
                .bytes();
        byte[] top = new Layer()
                .file("app/.wh.gone", "")
                .file("app/old/.wh..wh..opq", "")
                .file("app/old/b", "b")
                .file("./etc/x", "y")
                .link("app/soft", "/etc/x", TarConstants.LF_SYMLINK)
                .bytes();
        push("1", base, top);

        UnpackedImage image = images.unpack(reference("1"), cache);

        Path root = image.root();
        assertThat(root.resolve("app/run")).hasContent("one").isExecutable();
        assertThat(root.resolve("app/hard")).hasContent("one");
        assertThat(root.resolve("app/gone")).doesNotExist();
        assertThat(root.resolve("app/old/a")).doesNotExist();
        assertThat(root.resolve("app/old/b")).hasContent("b");
        assertThat(root.resolve("etc/x")).hasContent("y");
        assertThat(root.resolve("app/soft")).hasContent("y");
        assertThat(Files.readSymbolicLink(root.resolve("app/soft"))).isRelative();
        assertThat(image.entrypoint()).containsExactly("/app/run");
        assertThat(image.command()).containsExactly("serve");
        assertThat(image.environment()).containsEntry("MODE", "a=b");
        assertThat(image.workingDirectory()).isEqualTo("/app");
    }

    @Test
    void fetchesNothingAgainThatIsThere() throws Exception {
        String digest = push("1", new Layer().file("a", "a").bytes());
        UnpackedImage first = images.unpack(reference("1"), cache);
        registry.close();

        assertThat(new RegistryImages().unpack(reference(digest), cache)).isEqualTo(first);
    }

    @Test
    void takesThisMachinesImageFromAnIndex() throws Exception {
        String digest = push("", new Layer().file("a", "a").bytes());
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        ObjectNode index = Json.object().put("schemaVersion", 2).put("mediaType", INDEX);
        ObjectNode entry = index.putArray("manifests")
                .addObject()
                .put("mediaType", MANIFEST)
                .put("digest", digest)
                .put("size", 1);
        entry.putObject("platform").put("os", "linux").put("architecture", architecture);
        String indexDigest = pushManifest("all", INDEX, index);

        UnpackedImage image = images.unpack(reference("all"), cache);

        assertThat(image.root().resolve("a")).hasContent("a");
        assertThat(image.digest()).isEqualTo(indexDigest);
    }

    @Test
    void refusesPathsThatLeaveTheImage() throws Exception {
        push("dots", new Layer().file("../../evil", "x").bytes());
        push(
                "link",
                new Layer()
                        .link("out", "../../../../../..", TarConstants.LF_SYMLINK)
                        .file("out/evil", "x")
                        .bytes());

        assertThatThrownBy(() -> images.unpack(reference("dots"), cache))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("a layer holds a path that leaves the image: ../../evil");
        // a link that would lead out leads to the image's own root
        assertThat(images.unpack(reference("link"), cache).root().resolve("evil"))
                .hasContent("x");
        assertThat(temp.resolve("evil")).doesNotExist();
    }

    @Test
    void logsInWithThePodsPullSecretAndElseAsTheNode() throws Exception {
        String login = Base64.getEncoder().encodeToString("ann:s3cret".getBytes(StandardCharsets.UTF_8));
        HttpServer guarded = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        guarded.createContext("/", exchange -> {
            boolean known =
                    ("Basic " + login).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"shop\"");
            exchange.sendResponseHeaders(known ? 404 : 401, -1);
            exchange.close();
        });
        guarded.start();
        try {
            String host = "127.0.0.1:" + guarded.getAddress().getPort();
            RegistryLogins logins =
                    RegistryLogins.of(List.of(("{\"auths\":{\"http://" + host + "/v2/\":{\"auth\":\"" + login + "\"}}}")
                            .getBytes(StandardCharsets.UTF_8)));

            assertThatThrownBy(() -> images.unpack(host + "/shop/web:1", cache))
                    .hasMessageContaining("pull access denied");
            assertThatThrownBy(() -> images.unpack(host + "/shop/web:1", cache, logins))
                    .hasMessageContaining("not found");
            assertThat(logins.toString()).doesNotContain(login).doesNotContain("s3cret");

            images.login(host, "ann", new SecretValue("s3cret"));
            assertThatThrownBy(() -> images.unpack(host + "/shop/web:1", cache)).hasMessageContaining("not found");
        } finally {
            guarded.stop(0);
        }
    }

    @Test
    void saysWhatIsMissingAndWhatCannotBeReached() {
        assertThatThrownBy(() -> images.unpack(reference("nope"), cache))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("shop/web:nope: not found");
        registry.close();
        assertThatThrownBy(() -> new RegistryImages().unpack(reference("nope"), cache))
                .hasMessageContaining("connection refused");
        assertThatThrownBy(() -> images.unpack("Not/An Image", cache)).hasMessageContaining("invalid reference format");
    }

    @Test
    void leavesNothingBehindOfALayerThatIsDamaged() throws Exception {
        byte[] layer = new Layer().file("a", "a").bytes();
        push("1", layer);
        Path stored;
        try (var files = Files.walk(temp.resolve("registry"))) {
            List<Path> found = new ArrayList<>();
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                try (InputStream in = Files.newInputStream(each)) {
                    if (java.util.Arrays.equals(in.readAllBytes(), layer)) {
                        found.add(each);
                    }
                }
            }
            stored = found.get(0);
        }
        byte[] other = new Layer().file("a", "b").bytes();
        Files.delete(stored);
        Files.write(stored, other);

        assertThatThrownBy(() -> images.unpack(reference("1"), cache)).isInstanceOf(ImageException.class);

        try (var left = Files.list(cache.resolve("layers"))) {
            assertThat(left).isEmpty();
        }
    }
}
