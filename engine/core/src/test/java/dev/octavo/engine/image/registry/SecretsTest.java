package dev.octavo.engine.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.image.ImageBuilder;
import dev.octavo.engine.image.ImageProgram;
import dev.octavo.engine.image.ImagePusher;
import dev.octavo.engine.image.ImageSpec;
import dev.octavo.engine.image.PushRequest;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the password is and whatever a registry does with it: it comes to light nowhere. */
@Timeout(120)
class SecretsTest {
    private static final String ALPHABET =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~äß密\n";

    private static final ImageSpec.Origin ORIGIN =
            new ImageSpec.Origin("https://git.example.org/shop.git", "4f2c1d", "", Instant.EPOCH);

    @TempDir
    Path folder;

    private final StringBuilder told = new StringBuilder();
    private final EngineListener listener = new EngineListener() {
        @Override
        public synchronized void progress(String message) {
            told.append(message).append('\n');
        }

        @Override
        public synchronized void warning(String message) {
            told.append(message).append('\n');
        }

        @Override
        public synchronized void output(String line) {
            told.append(line).append('\n');
        }
    };

    /** The same ones each time. */
    static List<String> passwords() {
        Random random = new Random(20261129);
        return IntStream.range(0, 25)
                .mapToObj(n -> random.ints(12 + random.nextInt(40), 0, ALPHABET.length())
                        .mapToObj(i -> String.valueOf(ALPHABET.charAt(i)))
                        .reduce("", String::concat))
                .toList();
    }

    /** What registries do with a login. */
    private static List<StubRegistry.Behaviour> behaviours() {
        return List.of(
                exchange -> challenge(exchange, 401, ""),
                exchange -> challenge(exchange, 403, echo(exchange)),
                exchange -> challenge(exchange, 400, echo(exchange)),
                exchange -> challenge(exchange, 200, echo(exchange)),
                exchange -> {
                    exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/?login=" + login(exchange));
                    return challenge(exchange, 307, "");
                });
    }

    private static boolean challenge(HttpExchange exchange, int status, String text) throws IOException {
        if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"octavo\"");
            return StubRegistry.answer(exchange, 401, "");
        }
        return StubRegistry.answer(exchange, status, text);
    }

    private static String login(HttpExchange exchange) {
        return exchange.getRequestHeaders().getFirst("Authorization") == null
                ? ""
                : exchange.getRequestHeaders().getFirst("Authorization").substring("Basic ".length());
    }

    /** Sends back what it was sent, in all forms. */
    private static String echo(HttpExchange exchange) {
        String pair = new String(Base64.getDecoder().decode(login(exchange)), StandardCharsets.UTF_8);
        String password = pair.substring(pair.indexOf(':') + 1);
        return tools.jackson.databind.json.JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "errors",
                        List.of(Map.of(
                                "code",
                                "DENIED",
                                "message",
                                login(exchange) + " is " + password + " is "
                                        + URLEncoder.encode(password, StandardCharsets.UTF_8)))));
    }

    @ParameterizedTest
    @MethodSource("passwords")
    void staySecret(String password) throws IOException {
        Files.writeString(folder.resolve("Dockerfile"), "FROM scratch\nCOPY hello.txt /\nUSER 10001\n");
        Files.writeString(folder.resolve("hello.txt"), "hello");
        EngineContext context = context(
                Map.of("HOME", folder.toString(), "REGISTRY_USERNAME", "octavo", "REGISTRY_PASSWORD", password));
        BuiltImage image = new ImageBuilder()
                .build(ImageSpec.dockerfile("catalog", Path.of("Dockerfile"), Path.of(""), ORIGIN), context);
        RunRecord record = RunRecord.open(folder);
        record.put("catalog", "image", image);
        for (StubRegistry.Behaviour behaviour : behaviours()) {
            try (StubRegistry registry = new StubRegistry().behave(behaviour)) {
                new ImagePusher()
                        .push(
                                new PushRequest(
                                        image.layout(),
                                        ImageReference.parse(registry.address() + "/shop/catalog"),
                                        List.of("1"),
                                        List.of(),
                                        "",
                                        RegistryAccess.standard()),
                                context);
                told.append("a push that should fail went well");
            } catch (EngineException e) {
                tell(record, "push", e);
            }
        }

        assertThat(told).doesNotContain("should fail");
        assertThatNothingShows(password);
    }

    /** A program that builds shows all that it has: its words, its variables, and the login that it was given. */
    @ParameterizedTest
    @MethodSource("passwords")
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void staySecretFromBuildersToo(String password, @TempDir Path elsewhere) throws IOException {
        Path bin = Files.createDirectories(elsewhere.resolve("bin"));
        Path docker = Files.writeString(bin.resolve("docker"), """
                #!/bin/sh
                echo "$@"
                ps -o args= -p $$,$PPID
                env
                cat "$DOCKER_CONFIG/config.json"
                printf '%s' "$API_TOKEN" | base64
                exit 1
                """);
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwx------"));
        try (StubRegistry registry = new StubRegistry()) {
            EngineContext context = context(Map.of(
                    "HOME",
                    folder.toString(),
                    "PATH",
                    bin + ":/usr/bin:/bin",
                    "REGISTRY_USERNAME",
                    "octavo",
                    "REGISTRY_PASSWORD",
                    password,
                    "COSIGN_PASSWORD",
                    password));
            Files.writeString(folder.resolve("Base"), "FROM scratch\nUSER 1\n");
            BuiltImage base = new ImageBuilder()
                    .build(ImageSpec.dockerfile("base", Path.of("Base"), Path.of(""), ORIGIN), context);
            ImageReference repository = ImageReference.parse(registry.address() + "/base");
            new ImagePusher()
                    .push(
                            new PushRequest(
                                    base.layout(), repository, List.of("1"), List.of(), "", RegistryAccess.standard()),
                            context);
            Files.writeString(
                    folder.resolve("Dockerfile"), "FROM " + repository.withTag("1") + "\nARG API_TOKEN\nRUN true\n");
            RunRecord record = RunRecord.open(folder);
            try {
                new ImageBuilder()
                        .build(
                                ImageSpec.program(
                                                "catalog",
                                                new ImageSpec.DockerfileRun(
                                                        Path.of("Dockerfile"),
                                                        Path.of(""),
                                                        List.of(ImageProgram.DOCKER),
                                                        false),
                                                ORIGIN)
                                        .withOwnRegistry(registry.address())
                                        .withBuildArguments(Map.of("API_TOKEN", password)),
                                context);
                told.append("a build that should fail went well");
            } catch (EngineException e) {
                tell(record, "image", e);
            }
        }

        assertThat(told.toString())
                .contains("API_TOKEN", "\"auth\"", "--build-arg")
                .doesNotContain("should fail");
        assertThatNothingShows(password);
    }

    private EngineContext context(Map<String, String> environment) {
        return new EngineContext(
                folder, folder.resolve("cache"), environment, listener, new Cancellation(), Clock.systemUTC());
    }

    private void tell(RunRecord record, String stage, EngineException e) {
        record.fail(stage, e, Instant.EPOCH);
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        told.append(e.describe()).append('\n').append(trace);
    }

    private void assertThatNothingShows(String password) throws IOException {
        List<String> places = new ArrayList<>(List.of(told.toString()));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                places.add(new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1));
                places.add(new String(Files.readAllBytes(each), StandardCharsets.UTF_8));
            }
        }
        for (String place : places) {
            String flat = place.replaceAll("\\s|\\\\n", "");
            for (String form : forms(password)) {
                assertThat(place).doesNotContain(form);
                assertThat(flat).doesNotContain(form.replaceAll("\\s", ""));
            }
        }
    }

    private static List<String> forms(String password) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        byte[] pair = ("octavo:" + password).getBytes(StandardCharsets.UTF_8);
        return List.of(
                password,
                URLEncoder.encode(password, StandardCharsets.UTF_8),
                Base64.getEncoder().encodeToString(bytes),
                Base64.getEncoder().encodeToString(pair),
                Base64.getUrlEncoder().encodeToString(pair),
                Base64.getMimeEncoder().encodeToString(pair));
    }
}
