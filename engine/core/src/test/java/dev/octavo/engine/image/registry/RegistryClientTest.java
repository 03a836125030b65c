package dev.octavo.engine.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class RegistryClientTest {
    private static final byte[] MANIFEST = "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] BLOB = "a layer".getBytes(StandardCharsets.UTF_8);
    private static final String BLOB_DIGEST = Digests.of(BLOB);
    private static final String SECRET = "s3cr3t-password";

    @TempDir
    Path folder;

    private final Cancellation cancellation = new Cancellation();
    private final Map<String, String> environment = new HashMap<>();
    private final List<RegistryClient> open = new ArrayList<>();
    private StubRegistry registry;

    @BeforeEach
    void start() throws IOException {
        registry = new StubRegistry();
        environment.put("HOME", folder.toString());
    }

    @AfterEach
    void stop() {
        open.forEach(RegistryClient::close);
        registry.close();
    }

    private RegistryClient client() {
        RegistryClient client = RegistryClient.open(
                registry.address(), RegistryAccess.standard(), StubRegistry.context(folder, environment, cancellation));
        open.add(client);
        return client;
    }

    private void logIn() {
        environment.put("REGISTRY_USERNAME", "me");
        environment.put("REGISTRY_PASSWORD", SECRET);
    }

    private static String basic() {
        return "Basic " + Base64.getEncoder().encodeToString(("me:" + SECRET).getBytes(StandardCharsets.UTF_8));
    }

    private void wantBasic() {
        registry.behave(exchange -> {
            if (basic().equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                return false;
            }
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"octavo\"");
            return StubRegistry.answer(exchange, 401, "");
        });
    }

    @Test
    void readsAManifestWithItsVeryBytes() {
        registry.put("/v2/shop/catalog/manifests/v1", MANIFEST);

        ManifestContent manifest = client().manifest("shop/catalog", "v1").orElseThrow();

        assertThat(manifest.bytes()).isEqualTo(MANIFEST);
        assertThat(manifest.digest()).isEqualTo(Digests.of(MANIFEST));
        assertThat(manifest.mediaType()).isEqualTo(MediaTypes.OCI_MANIFEST);
    }

    @Test
    void findsNothingWithoutFailing() {
        assertThat(client().manifest("shop/catalog", "v1")).isEmpty();
        assertThat(client().manifestDigest("shop/catalog", "v1")).isEmpty();
        assertThat(client().hasBlob("shop/catalog", BLOB_DIGEST)).isFalse();
        assertThat(client().tags("shop/catalog")).isEmpty();
    }

    @Test
    void sendsABlobToThePlaceThatTheRegistryNames() throws IOException {
        Path file = Files.write(folder.resolve("blob"), BLOB);

        client().pushBlob("shop/catalog", BLOB_DIGEST, file);

        assertThat(registry.get("/v2/shop/catalog/blobs/" + BLOB_DIGEST)).hasValue(BLOB);
        assertThat(registry.seen())
                .extracting(StubRegistry.Seen::path)
                .contains("/v2/shop/catalog/blobs/uploads/an-upload?state=1&digest=" + BLOB_DIGEST.replace(":", "%3A"));
    }

    @Test
    void sendsNoCredentialsBeforeTheyAreAskedFor() {
        logIn();
        registry.put("/v2/a/manifests/1", MANIFEST);

        client().manifest("a", "1");

        assertThat(registry.seen())
                .allSatisfy(each -> assertThat(each.authorization()).isEmpty());
    }

    @Test
    void answersABasicChallengeOnce() {
        logIn();
        wantBasic();
        registry.put("/v2/a/manifests/1", MANIFEST);
        RegistryClient client = client();

        assertThat(client.manifest("a", "1")).isPresent();
        assertThat(client.manifest("a", "1")).isPresent();

        assertThat(registry.seen())
                .extracting(StubRegistry.Seen::authorization)
                .containsExactly(Optional.empty(), Optional.of(basic()), Optional.of(basic()));
    }

    @Test
    void readsCredentialsFromDockersConfiguration() throws IOException {
        Path docker = Files.createDirectories(folder.resolve(".docker"));
        Files.writeString(
                docker.resolve("config.json"),
                "{\"auths\":{\"" + registry.address() + "\":{\"auth\":\"" + basic().substring("Basic ".length())
                        + "\"}}}");
        wantBasic();
        registry.put("/v2/a/manifests/1", MANIFEST);

        assertThat(client().manifest("a", "1")).isPresent();
    }

    @Test
    void showsNothingOfADamagedDockerConfiguration() throws IOException {
        Path docker = Files.createDirectories(folder.resolve(".docker"));
        Files.writeString(docker.resolve("config.json"), "{\"auths\":{\"x\":{\"auth\":\"" + SECRET);
        wantBasic();

        assertFails(() -> client().manifest("a", "1"), ErrorCode.CONFIG_FILE, "not what Docker writes");
    }

    @Test
    void wantsBothHalvesOfTheCredentials() {
        environment.put("REGISTRY_USERNAME", "me");
        wantBasic();

        assertFails(() -> client().manifest("a", "1"), ErrorCode.CONFIG_CREDENTIALS, "REGISTRY_PASSWORD is empty");
    }

    @Test
    void fetchesATokenForWhatItDoes() throws IOException {
        logIn();
        registry.behave(exchange -> {
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/token")) {
                boolean known = basic().equals(exchange.getRequestHeaders().getFirst("Authorization"));
                String scope = exchange.getRequestURI().getQuery();
                return StubRegistry.answer(exchange, known ? 200 : 401, "{\"token\":\"for " + scope + "\"}");
            }
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization != null && authorization.contains("repository:a:pull")) {
                return false;
            }
            exchange.getResponseHeaders()
                    .set(
                            "WWW-Authenticate",
                            "Bearer realm=\"http://" + registry.address()
                                    + "/token\",service=\"stub, inc\",scope=\"repository:a:pull\"");
            return StubRegistry.answer(exchange, 401, "");
        });
        registry.put("/v2/a/manifests/1", MANIFEST);
        RegistryClient client = client();

        assertThat(client.manifest("a", "1")).isPresent();
        client.pushBlob("a", BLOB_DIGEST, Files.write(folder.resolve("blob"), BLOB));

        assertThat(registry.seen())
                .filteredOn(each -> each.path().startsWith("/token"))
                .extracting(StubRegistry.Seen::path)
                .containsExactly(
                        "/token?service=stub%2C+inc&scope=repository%3Aa%3Apull",
                        "/token?service=stub%2C+inc&scope=repository%3Aa%3Apull%2Cpush");
        assertThat(registry.seen())
                .filteredOn(each -> !each.path().startsWith("/token"))
                .noneMatch(each -> each.authorization().filter(basic()::equals).isPresent());
    }

    @Test
    void fetchesAnotherTokenWhereOneExpiresInTheMiddleOfAPush() throws IOException {
        byte[] large = new byte[9 << 20];
        new Random(9).nextBytes(large);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        AtomicLong now = new AtomicLong(); // in seconds; each request takes three, and a token is good for two
        registry.behave(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/token")) {
                return StubRegistry.answer(exchange, 200, "{\"token\":\"" + now + "\",\"expires_in\":2}");
            }
            if (exchange.getRequestURI().getPath().equals("/v2/")) {
                return false;
            }
            String token = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!token.matches("Bearer [0-9]+") || now.get() - Long.parseLong(token.substring(7)) >= 2) {
                exchange.getResponseHeaders()
                        .set("WWW-Authenticate", "Bearer realm=\"http://" + registry.address() + "/token\"");
                return StubRegistry.answer(exchange, 401, "");
            }
            now.addAndGet(3);
            if (exchange.getRequestMethod().equals("PATCH")) {
                got.writeBytes(exchange.getRequestBody().readAllBytes());
                exchange.getResponseHeaders().set("Location", "/v2/a/blobs/uploads/an-upload?state=2");
                return StubRegistry.answer(exchange, 202, "");
            }
            return false;
        });

        client().pushBlob("a", Digests.of(large), Files.write(folder.resolve("large"), large));

        assertThat(got.toByteArray()).isEqualTo(large);
        assertThat(registry.seen())
                .filteredOn(each -> each.path().equals("/token") || each.path().startsWith("/token?"))
                .hasSize(3);
    }

    @Test
    void doesNotSendCredentialsToATokenServiceWithoutTls() {
        logIn();
        registry.behave(exchange -> {
            exchange.getResponseHeaders()
                    .set("WWW-Authenticate", "Bearer realm=\"http://tokens.example.org/token\",service=\"x\"");
            return StubRegistry.answer(exchange, 401, "");
        });

        assertFails(() -> client().manifest("a", "1"), ErrorCode.REGISTRY_FAILED, "tokens.example.org, has no TLS");
    }

    @ParameterizedTest
    @CsvSource({
        "401, REGISTRY_UNAUTHORIZED",
        "403, REGISTRY_UNAUTHORIZED",
        "400, REGISTRY_FAILED",
        "405, REGISTRY_FAILED",
        "413, REGISTRY_FAILED"
    })
    void saysWhatTheRegistrySays(int status, ErrorCode code) {
        logIn();
        registry.behave(exchange -> StubRegistry.answer(
                exchange, status, "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\\nroom \"}]}"));

        assertFails(() -> client().manifest("a", "1"), code, "status " + status + ": DENIED: no room");
    }

    @Test
    void tellsAMissingRepositoryFromAMissingLayer() throws IOException {
        Path file = Files.write(folder.resolve("blob"), BLOB);
        registry.behave(
                exchange -> exchange.getRequestMethod().equals("POST") && StubRegistry.answer(exchange, 404, ""));

        assertFails(() -> client().pushBlob("a", BLOB_DIGEST, file), ErrorCode.REGISTRY_NOT_FOUND, "404");
    }

    @ParameterizedTest
    @CsvSource({"429", "500", "502", "503", "504"})
    void triesAgainWhatMayPass(int status) {
        AtomicInteger asked = new AtomicInteger();
        registry.put("/v2/a/manifests/1", MANIFEST);
        registry.behave(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/v2/") || asked.incrementAndGet() > 1) {
                return false;
            }
            exchange.getResponseHeaders().set("Retry-After", "0");
            return StubRegistry.answer(exchange, status, "");
        });

        assertThat(client().manifest("a", "1")).isPresent();
        assertThat(asked).hasValue(2);
    }

    @Test
    void givesUpAfterSomeTime() {
        AtomicInteger asked = new AtomicInteger();
        registry.behave(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/v2/")) {
                return false;
            }
            asked.incrementAndGet();
            exchange.getResponseHeaders().set("Retry-After", "0");
            return StubRegistry.answer(exchange, 503, "");
        });

        assertFails(() -> client().manifest("a", "1"), ErrorCode.REGISTRY_FAILED, "503");
        assertThat(asked).hasValue(5);
    }

    @Test
    void beginsAnUploadAnewThatTheRegistryDropped() throws IOException {
        AtomicInteger puts = new AtomicInteger();
        registry.behave(exchange -> {
            if (exchange.getRequestMethod().equals("PUT") && puts.incrementAndGet() == 1) {
                exchange.getResponseHeaders().set("Retry-After", "0");
                return StubRegistry.answer(exchange, 500, "");
            }
            return false;
        });

        client().pushBlob("a", BLOB_DIGEST, Files.write(folder.resolve("blob"), BLOB));

        assertThat(registry.seen()).extracting(StubRegistry.Seen::method).containsExactly("POST", "PUT", "POST", "PUT");
    }

    @Test
    void continuesALargeUploadWhereItWasCutOff() throws IOException {
        byte[] large = new byte[9 << 20];
        new Random(7).nextBytes(large);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        List<String> ranges = new ArrayList<>();
        registry.behave(exchange -> {
            exchange.getResponseHeaders().set("Location", "/v2/a/blobs/uploads/an-upload?state=2");
            switch (exchange.getRequestMethod()) {
                case "PATCH" -> {
                    ranges.add(String.valueOf(exchange.getRequestHeaders().getFirst("Content-Range")));
                    if (got.size() == 0) {
                        got.writeBytes(exchange.getRequestBody().readNBytes(5_000_000));
                        throw new IOException("cut off");
                    }
                    got.writeBytes(exchange.getRequestBody().readAllBytes());
                    return StubRegistry.answer(exchange, 202, "");
                }
                case "GET" -> {
                    exchange.getResponseHeaders().set("Range", "0-" + (got.size() - 1));
                    return StubRegistry.answer(exchange, 204, "");
                }
                case "PUT" -> {
                    assertThat(exchange.getRequestBody().readAllBytes()).isEmpty();
                    return StubRegistry.answer(exchange, 201, "");
                }
                default -> {
                    return false;
                }
            }
        });

        client().pushBlob("a", Digests.of(large), Files.write(folder.resolve("large"), large));

        assertThat(got.toByteArray()).isEqualTo(large);
        assertThat(ranges).containsExactly("null", "5000000-" + (large.length - 1));
        assertThat(registry.seen())
                .extracting(StubRegistry.Seen::method)
                .containsExactly("POST", "PATCH", "GET", "PATCH", "PUT");
    }

    @Test
    void beginsALargeUploadAnewThatTheRegistryHasForgotten() throws IOException {
        byte[] large = new byte[5 << 20];
        AtomicInteger patches = new AtomicInteger();
        registry.behave(exchange -> {
            if (exchange.getRequestMethod().equals("PATCH")) {
                exchange.getResponseHeaders().set("Retry-After", "0");
                return StubRegistry.answer(exchange, patches.incrementAndGet() == 1 ? 503 : 202, "");
            }
            return false;
        });

        client().pushBlob("a", Digests.of(large), Files.write(folder.resolve("large"), large));

        assertThat(registry.seen())
                .extracting(StubRegistry.Seen::method)
                .containsExactly("POST", "PATCH", "GET", "POST", "PATCH", "PUT");
    }

    @Test
    void saysThatItIsNoRegistryWhatAnswersEverythingWithAPage() {
        registry.behave(exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            return StubRegistry.answer(exchange, 200, "<html>Welcome</html>");
        });

        assertFails(() -> client().tags("a"), ErrorCode.REGISTRY_FAILED, "no JSON");
        assertFails(
                () -> client().pushBlob("a", BLOB_DIGEST, Files.write(folder.resolve("blob"), BLOB)),
                ErrorCode.REGISTRY_FAILED,
                "status 200");
        assertFails(
                () -> client().pushManifest(
                                "a", "1", new ManifestContent(MANIFEST, MediaTypes.OCI_MANIFEST, Digests.of(MANIFEST))),
                ErrorCode.REGISTRY_FAILED,
                "status 200");
        assertFails(() -> client().referrers("a", BLOB_DIGEST), ErrorCode.REGISTRY_FAILED, "no JSON");
    }

    @Test
    void noticesAnotherContentThanTheDigestSays() {
        registry.put("/v2/a/manifests/" + BLOB_DIGEST, MANIFEST);
        registry.put("/v2/a/blobs/" + BLOB_DIGEST, MANIFEST);
        Path target = folder.resolve("pulled");

        assertFails(() -> client().manifest("a", BLOB_DIGEST), ErrorCode.REGISTRY_DIGEST, BLOB_DIGEST);
        assertFails(() -> client().pullBlob("a", BLOB_DIGEST, target), ErrorCode.REGISTRY_DIGEST, BLOB_DIGEST);
        assertThat(target).doesNotExist();
        assertThat(folder.toFile().list()).noneMatch(name -> name.endsWith(".tmp"));
    }

    @Test
    void noticesThatTheRegistryStoredAnotherManifest() {
        registry.behave(exchange -> {
            if (!exchange.getRequestMethod().equals("PUT")) {
                return false;
            }
            exchange.getResponseHeaders().set("Docker-Content-Digest", BLOB_DIGEST);
            return StubRegistry.answer(exchange, 201, "");
        });
        ManifestContent manifest = new ManifestContent(MANIFEST, MediaTypes.OCI_MANIFEST, Digests.of(MANIFEST));

        assertFails(() -> client().pushManifest("a", "1", manifest), ErrorCode.REGISTRY_DIGEST, BLOB_DIGEST);
    }

    @Test
    void followsARedirectWithoutItsCredentials() throws IOException {
        logIn();
        wantBasic();
        try (StubRegistry store = new StubRegistry().put("/signed/blob", BLOB)) {
            registry.behave(exchange -> {
                if (!exchange.getRequestURI().getPath().contains("/blobs/")) {
                    return false;
                }
                exchange.getResponseHeaders().set("Location", "http://" + store.address() + "/signed/blob");
                return StubRegistry.answer(exchange, 307, "");
            });
            registry.put("/v2/a/manifests/1", MANIFEST);
            RegistryClient client = client();
            client.manifest("a", "1");

            client.pullBlob("a", BLOB_DIGEST, folder.resolve("pulled"));

            assertThat(folder.resolve("pulled")).hasBinaryContent(BLOB);
            assertThat(store.seen()).singleElement().satisfies(each -> assertThat(each.authorization())
                    .isEmpty());
        }
    }

    @Test
    void saysThatNobodyListens() {
        registry.close();

        assertFails(() -> client().manifest("a", "1"), ErrorCode.REGISTRY_UNREACHABLE, "nothing listens there");
    }

    @Test
    void saysThatNoSuchHostIsKnown() {
        RegistryClient client = RegistryClient.openImpatient(
                "registry.invalid",
                RegistryAccess.standard(),
                StubRegistry.context(folder, environment, cancellation),
                Duration.ofSeconds(5));
        open.add(client);

        assertFails(() -> client.manifest("a", "1"), ErrorCode.REGISTRY_UNREACHABLE, "no such host");
    }

    @Test
    void stopsWaitingForAnAnswerWhenCancelled() {
        CountDownLatch end = new CountDownLatch(1);
        registry.behave(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/v2/")) {
                return false;
            }
            cancellation.cancel();
            await(end);
            return StubRegistry.answer(exchange, 200, "");
        });

        assertFails(() -> client().manifest("a", "1"), ErrorCode.CANCELLED, "cancelled");
        end.countDown();
    }

    @Test
    void stopsWaitingForTheNextTryWhenCancelled() {
        registry.behave(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/v2/")) {
                return false;
            }
            exchange.getResponseHeaders().set("Retry-After", "9999");
            boolean answered = StubRegistry.answer(exchange, 503, "");
            exchange.close();
            cancellation.cancel();
            return answered;
        });

        assertFails(() -> client().manifest("a", "1"), ErrorCode.CANCELLED, "cancelled");
    }

    @Test
    void showsNoSecretInWhatItSays() {
        logIn();
        registry.behave(exchange -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"octavo\"");
            return StubRegistry.answer(exchange, 401, "");
        });

        assertThatThrownBy(() -> client().manifest("a", "1"))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        e -> assertThat(e.describe()).doesNotContain(SECRET).doesNotContain(basic()));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code, String why) {
        assertThatThrownBy(call).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).as(e.describe()).isEqualTo(code);
            assertThat(e.why()).contains(why);
            assertThat(e.describe()).doesNotContain(SECRET);
            assertThat(e.fix()).isNotBlank();
        });
    }
}
