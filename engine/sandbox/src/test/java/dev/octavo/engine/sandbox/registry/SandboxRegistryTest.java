package dev.octavo.engine.sandbox.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SandboxRegistryTest {
    private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
    private static final byte[] BLOB = bytes("a layer of some bytes");
    private static final String BLOB_DIGEST = RegistryStorage.digest(BLOB);
    private static final byte[] CONFIG = bytes("{}");
    private static final String CONFIG_DIGEST = RegistryStorage.digest(CONFIG);

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private SandboxRegistry registry;

    @BeforeEach
    void start() {
        registry = SandboxRegistry.start(folder.resolve("registry"), 0);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + registry.address() + path))
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, new byte[0], headers);
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static JsonNode json(HttpResponse<byte[]> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    private String begin(String repository) throws IOException, InterruptedException {
        HttpResponse<byte[]> begun = send("POST", "/v2/" + repository + "/blobs/uploads/", new byte[0]);
        assertThat(begun.statusCode()).isEqualTo(202);
        return header(begun, "Location");
    }

    private void push(String repository, byte[] blob) throws IOException, InterruptedException {
        String upload = begin(repository);
        assertThat(send("PUT", upload + "?digest=" + RegistryStorage.digest(blob), blob)
                        .statusCode())
                .isEqualTo(201);
    }

    private static byte[] manifest(String more) {
        return bytes("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST_TYPE + "\",\"config\":{\"digest\":\""
                + CONFIG_DIGEST + "\",\"mediaType\":\"application/x.config\"},\"layers\":[{\"digest\":\"" + BLOB_DIGEST
                + "\"}]" + more + "}");
    }

    private String pushImage(String repository, String tag, String more) throws IOException, InterruptedException {
        push(repository, BLOB);
        push(repository, CONFIG);
        byte[] manifest = manifest(more);
        HttpResponse<byte[]> put =
                send("PUT", "/v2/" + repository + "/manifests/" + tag, manifest, "Content-Type", MANIFEST_TYPE);
        assertThat(put.statusCode())
                .as(new String(put.body(), StandardCharsets.UTF_8))
                .isEqualTo(201);
        return header(put, "Docker-Content-Digest");
    }

    @Test
    void saysThatItIsARegistry() throws Exception {
        HttpResponse<byte[]> response = get("/v2/");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(header(response, "Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
    }

    @Test
    void givesAnImageBackByTagAndDigest() throws Exception {
        String digest = pushImage("shop/catalog", "v1", "");

        HttpResponse<byte[]> byTag = get("/v2/shop/catalog/manifests/v1");
        HttpResponse<byte[]> byDigest = get("/v2/shop/catalog/manifests/" + digest);
        HttpResponse<byte[]> head = send("HEAD", "/v2/shop/catalog/manifests/v1", new byte[0]);

        assertThat(digest).isEqualTo(RegistryStorage.digest(manifest("")));
        assertThat(byTag.body()).isEqualTo(manifest("")).isEqualTo(byDigest.body());
        assertThat(header(byTag, "Content-Type")).isEqualTo(MANIFEST_TYPE);
        assertThat(header(head, "Docker-Content-Digest")).isEqualTo(digest);
        assertThat(header(head, "Content-Length")).isEqualTo(Integer.toString(manifest("").length));
        assertThat(get("/v2/shop/catalog/blobs/" + BLOB_DIGEST).body()).isEqualTo(BLOB);
        assertThat(header(send("HEAD", "/v2/shop/catalog/blobs/" + BLOB_DIGEST, new byte[0]), "Content-Length"))
                .isEqualTo(Integer.toString(BLOB.length));
    }

    @Test
    void keepsItsContentWhenStartedAgain() throws Exception {
        String digest = pushImage("shop/catalog", "v1", "");
        registry.close();

        registry = SandboxRegistry.start(folder.resolve("registry"), 0);

        assertThat(header(get("/v2/shop/catalog/manifests/v1"), "Docker-Content-Digest"))
                .isEqualTo(digest);
    }

    @Test
    void takesABlobInChunks() throws Exception {
        String upload = begin("a");
        HttpResponse<byte[]> first = send("PATCH", upload, bytes("one"), "Content-Range", "0-2");
        HttpResponse<byte[]> gap = send("PATCH", upload, bytes("x"), "Content-Range", "5-5");
        HttpResponse<byte[]> status = get(upload);
        HttpResponse<byte[]> second = send("PATCH", upload, bytes("two"), "Content-Range", "3-5");
        String digest = RegistryStorage.digest(bytes("onetwothree"));
        HttpResponse<byte[]> last = send("PUT", upload + "?digest=" + digest, bytes("three"));

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(header(first, "Range")).isEqualTo("0-2");
        assertThat(gap.statusCode()).isEqualTo(416);
        assertThat(status.statusCode()).isEqualTo(204);
        assertThat(header(status, "Range")).isEqualTo("0-2");
        assertThat(header(second, "Range")).isEqualTo("0-5");
        assertThat(last.statusCode()).isEqualTo(201);
        assertThat(get("/v2/a/blobs/" + digest).body()).isEqualTo(bytes("onetwothree"));
    }

    @Test
    void takesABlobInOneRequest() throws Exception {
        HttpResponse<byte[]> response = send("POST", "/v2/a/blobs/uploads/?digest=" + BLOB_DIGEST, BLOB);

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(get(header(response, "Location")).body()).isEqualTo(BLOB);
    }

    @Test
    void takesAnEmptyBlob() throws Exception {
        push("a", new byte[0]);

        assertThat(get("/v2/a/blobs/" + RegistryStorage.digest(new byte[0])).statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusesABlobThatIsNotWhatItsDigestSays() throws Exception {
        String upload = begin("a");

        HttpResponse<byte[]> response = send("PUT", upload + "?digest=" + CONFIG_DIGEST, BLOB);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("errors").path(0).path("code").asString())
                .isEqualTo("DIGEST_INVALID");
        assertThat(get("/v2/a/blobs/" + CONFIG_DIGEST).statusCode()).isEqualTo(404);
        assertThat(get(upload).statusCode()).isEqualTo(404);
    }

    @Test
    void forgetsACancelledUpload() throws Exception {
        String upload = begin("a");
        send("PATCH", upload, BLOB);

        assertThat(send("DELETE", upload, new byte[0]).statusCode()).isEqualTo(204);
        assertThat(get(upload).statusCode()).isEqualTo(404);
        assertThat(folder.resolve("registry/uploads")).isEmptyDirectory();
    }

    @Test
    void givesAPartOfABlob() throws Exception {
        push("a", BLOB);

        HttpResponse<byte[]> part = get("/v2/a/blobs/" + BLOB_DIGEST, "Range", "bytes=2-6");
        HttpResponse<byte[]> beyond = get("/v2/a/blobs/" + BLOB_DIGEST, "Range", "bytes=999-");

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(bytes("layer"));
        assertThat(header(part, "Content-Range")).isEqualTo("bytes 2-6/" + BLOB.length);
        assertThat(beyond.statusCode()).isEqualTo(416);
    }

    @Test
    void mountsABlobOfAnotherRepository() throws Exception {
        push("a", BLOB);

        HttpResponse<byte[]> mounted =
                send("POST", "/v2/b/blobs/uploads/?mount=" + BLOB_DIGEST + "&from=a", new byte[0]);
        HttpResponse<byte[]> unknown =
                send("POST", "/v2/b/blobs/uploads/?mount=" + CONFIG_DIGEST + "&from=a", new byte[0]);

        assertThat(mounted.statusCode()).isEqualTo(201);
        assertThat(get("/v2/b/blobs/" + BLOB_DIGEST).body()).isEqualTo(BLOB);
        assertThat(unknown.statusCode()).isEqualTo(202);
    }

    @Test
    void keepsARepositorysBlobsFromOthers() throws Exception {
        push("a", BLOB);

        assertThat(get("/v2/b/blobs/" + BLOB_DIGEST).statusCode()).isEqualTo(404);
    }

    @Test
    void listsTagsAndRepositoriesInPages() throws Exception {
        for (String tag : List.of("v2", "latest", "v1")) {
            pushImage("shop/catalog", tag, "");
        }
        pushImage("shop/orders", "v1", "");
        push("only-blobs", BLOB);

        HttpResponse<byte[]> page = get("/v2/shop/catalog/tags/list?n=2");
        HttpResponse<byte[]> rest = get("/v2/shop/catalog/tags/list?n=2&last=v1");

        assertThat(json(page).path("tags").toString()).isEqualTo("[\"latest\",\"v1\"]");
        assertThat(header(page, "Link")).isEqualTo("</v2/shop/catalog/tags/list?n=2&last=v1>; rel=\"next\"");
        assertThat(json(rest).path("tags").toString()).isEqualTo("[\"v2\"]");
        assertThat(header(rest, "Link")).isEmpty();
        assertThat(json(get("/v2/_catalog")).path("repositories").toString())
                .isEqualTo("[\"shop/catalog\",\"shop/orders\"]");
    }

    @Test
    void movesATagAndKeepsWhatItNamedBefore() throws Exception {
        String first = pushImage("a", "latest", "");
        String second = pushImage("a", "latest", ",\"annotations\":{\"x\":\"y\"}");

        assertThat(first).isNotEqualTo(second);
        assertThat(header(get("/v2/a/manifests/latest"), "Docker-Content-Digest"))
                .isEqualTo(second);
        assertThat(get("/v2/a/manifests/" + first).statusCode()).isEqualTo(200);
    }

    @Test
    void deletesTagsManifestsAndBlobs() throws Exception {
        String digest = pushImage("a", "v1", "");
        send("PUT", "/v2/a/manifests/v2", manifest(""), "Content-Type", MANIFEST_TYPE);

        assertThat(send("DELETE", "/v2/a/manifests/v1", new byte[0]).statusCode())
                .isEqualTo(202);
        assertThat(get("/v2/a/manifests/v1").statusCode()).isEqualTo(404);
        assertThat(get("/v2/a/manifests/" + digest).statusCode()).isEqualTo(200);
        assertThat(send("DELETE", "/v2/a/manifests/" + digest, new byte[0]).statusCode())
                .isEqualTo(202);
        assertThat(json(get("/v2/a/tags/list")).path("tags").toString()).isEqualTo("[]");
        assertThat(send("DELETE", "/v2/a/blobs/" + BLOB_DIGEST, new byte[0]).statusCode())
                .isEqualTo(202);
        assertThat(get("/v2/a/blobs/" + BLOB_DIGEST).statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/v2/a/manifests/" + digest, new byte[0]).statusCode())
                .isEqualTo(404);
    }

    @Test
    void findsWhatRefersToAnImage() throws Exception {
        String image = pushImage("a", "v1", "");
        String subject = ",\"artifactType\":\"application/x.sbom\",\"subject\":{\"digest\":\"" + image + "\"}";
        String sbom = pushImage("a", "sbom", subject);

        JsonNode all = json(get("/v2/a/referrers/" + image));
        HttpResponse<byte[]> other = get("/v2/a/referrers/" + image + "?artifactType=application/x.signature");

        assertThat(all.path("mediaType").asString()).isEqualTo(INDEX_TYPE);
        assertThat(all.path("manifests").size()).isEqualTo(1);
        assertThat(all.path("manifests").path(0).path("digest").asString()).isEqualTo(sbom);
        assertThat(json(other).path("manifests").size()).isZero();
        assertThat(header(other, "OCI-Filters-Applied")).isEqualTo("artifactType");
    }

    @Test
    void takesAnIndexOfWhatItHas() throws Exception {
        String image = pushImage("a", "v1", "");
        byte[] index = bytes("{\"schemaVersion\":2,\"mediaType\":\"" + INDEX_TYPE + "\",\"manifests\":[{\"digest\":\""
                + image + "\"}]}");
        byte[] broken = bytes("{\"schemaVersion\":2,\"mediaType\":\"" + INDEX_TYPE + "\",\"manifests\":[{\"digest\":\""
                + BLOB_DIGEST + "\"}]}");

        assertThat(send("PUT", "/v2/a/manifests/all", index, "Content-Type", INDEX_TYPE)
                        .statusCode())
                .isEqualTo(201);
        assertThat(send("PUT", "/v2/a/manifests/bad", broken, "Content-Type", INDEX_TYPE)
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "GET /v2/Upper/manifests/v1 400 NAME_INVALID",
                "GET /v2/../x/manifests/v1 400 NAME_INVALID",
                "GET /v2/a/manifests/.. 400 TAG_INVALID",
                "GET /v2/a/manifests/-x 400 TAG_INVALID",
                "GET /v2/a/manifests/sha256:12 400 DIGEST_INVALID",
                "GET /v2/a/blobs/sha512:12 400 DIGEST_INVALID",
                "GET /v2/a/manifests/none 404 NAME_UNKNOWN",
                "GET /v2/a/tags/list 404 NAME_UNKNOWN",
                "GET /v2/a/tags/list?n=x 404 NAME_UNKNOWN",
                "GET /v2/_catalog?n=x 400 PAGINATION_NUMBER_INVALID",
                "GET /v2/a/blobs/uploads/none 404 BLOB_UPLOAD_UNKNOWN",
                "PUT /v2/a/blobs/uploads/none?digest=x 404 BLOB_UPLOAD_UNKNOWN",
                "GET /nowhere 404 UNSUPPORTED",
                "POST /v2/a/manifests/x 405 UNSUPPORTED",
                "PUT /v2/a/manifests/x 400 MANIFEST_INVALID"
            })
    void saysWhatIsWrong(String method, String path, int status, String code) throws Exception {
        HttpResponse<byte[]> response = send(method, path, new byte[0]);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).path("errors").path(0).path("code").asString())
                .isEqualTo(code);
        assertThat(json(response).path("errors").path(0).path("message").asString())
                .isNotBlank();
    }

    @Test
    void refusesAManifestOfWhatItHasNot() throws Exception {
        HttpResponse<byte[]> response = send("PUT", "/v2/a/manifests/v1", manifest(""), "Content-Type", MANIFEST_TYPE);

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(json(response).path("errors").path(0).path("code").asString())
                .isEqualTo("MANIFEST_BLOB_UNKNOWN");
    }

    @Test
    void refusesAManifestUnderAnotherDigest() throws Exception {
        pushImage("a", "v1", "");

        HttpResponse<byte[]> response =
                send("PUT", "/v2/a/manifests/" + BLOB_DIGEST, manifest(""), "Content-Type", MANIFEST_TYPE);

        assertThat(response.statusCode()).isEqualTo(400);
    }

    @Test
    void takesTheSameBlobFromManyAtOnce() throws Exception {
        byte[] large = bytes("0123456789".repeat(100_000));
        ExecutorService executor = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> pushes = IntStream.range(0, 16)
                    .mapToObj(i -> (Callable<Boolean>) () -> {
                        push("shop/s" + i % 4, large);
                        return true;
                    })
                    .toList();
            for (Future<Boolean> each : executor.invokeAll(pushes)) {
                assertThat(each.get()).isTrue();
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(get("/v2/shop/s3/blobs/" + RegistryStorage.digest(large)).body())
                .isEqualTo(large);
        assertThat(folder.resolve("registry/uploads")).isEmptyDirectory();
    }

    @Test
    void saysThatItsPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> SandboxRegistry.start(folder.resolve("other"), taken.getLocalPort()))
                    .isInstanceOfSatisfying(EngineException.class, e -> {
                        assertThat(e.code()).isEqualTo(ErrorCode.SANDBOX_PORT);
                        assertThat(e.where()).isEqualTo("127.0.0.1:" + taken.getLocalPort());
                    });
        }
    }

    @Test
    void saysThatItHasNoPlaceForItsContent() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> SandboxRegistry.start(file, 0))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUILD_DISK));
    }

    @Test
    void leavesNoThread() throws Exception {
        pushImage("a", "v1", "");

        registry.close();
        registry.close();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("octavo-registry") || name.startsWith("HTTP-Dispatcher"));
    }
}
