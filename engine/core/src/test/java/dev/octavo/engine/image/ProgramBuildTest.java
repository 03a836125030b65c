package dev.octavo.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.ImageSpec.DockerfileRun;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import dev.octavo.engine.image.registry.StubRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images that a program builds by their Dockerfiles. With the real buildah where it is installed and this user may use it;
 * Docker's client is a script here that does what it was told to do.
 */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
class ProgramBuildTest {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final String SECRET = "s3cret-of-the-build";

    @TempDir
    Path folder;

    private Builds builds;
    private StubRegistry registry;
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void start() throws IOException {
        builds = new Builds(folder);
        registry = new StubRegistry();
        Path storage = Files.writeString(
                folder.resolve("storage.conf"),
                "[storage]\ndriver = \"vfs\"\ngraphroot = \"" + folder.resolve("graph") + "\"\nrunroot = \""
                        + folder.resolve("run") + "\"\n");
        environment.put("HOME", folder.toString());
        environment.put("PATH", System.getenv("PATH"));
        environment.put("CONTAINERS_STORAGE_CONF", storage.toString());
        environment.put("BUILDAH_ISOLATION", "chroot");
        environment.put("STORAGE_DRIVER", "vfs");
        environment.put("FORGE_TOKEN", SECRET);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private EngineContext context() {
        return builds.context.withEnvironment(environment);
    }

    private BuiltImage build(ImageProgram program, Map<String, String> arguments, boolean fresh) {
        return new ImageBuilder().build(spec(program, arguments, fresh), context());
    }

    private ImageSpec spec(ImageProgram program, Map<String, String> arguments, boolean fresh) {
        return ImageSpec.program(
                        "site",
                        new DockerfileRun(Path.of("site/Dockerfile"), Path.of("site"), List.of(program), fresh),
                        Builds.ORIGIN)
                .withBuildArguments(arguments);
    }

    /** An image with a shell in the registry. */
    private BuiltImage base() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(BUSYBOX), "a static busybox is needed to run something");
        Files.createDirectories(builds.context.workspace().resolve("base"));
        Files.copy(BUSYBOX, builds.context.workspace().resolve("base/sh"));
        builds.file("base/Dockerfile", """
                FROM scratch
                COPY --chmod=755 sh /bin/sh
                ENV PATH=/bin KIND=box
                LABEL of=base org.opencontainers.image.vendor=somebody
                """);
        BuiltImage image = new ImageBuilder()
                .build(
                        ImageSpec.dockerfile("base", Path.of("base/Dockerfile"), Path.of("base"), Builds.ORIGIN),
                        context());
        ImageReference repository = ImageReference.parse(registry.address() + "/base/box");
        new ImagePusher()
                .push(
                        new PushRequest(
                                image.layout(),
                                repository,
                                List.of("1"),
                                List.of(),
                                "",
                                RegistryAccess.dockerConfiguration()),
                        context());
        return image;
    }

    private void buildahIsThere() {
        boolean there = List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(each -> Files.isExecutable(Path.of(each, "buildah")));
        Assumptions.assumeTrue(there, "buildah is not installed");
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "buildah is tried as root");
    }

    private void site() throws IOException {
        builds.file("site/page.html", "<h1>shop</h1>");
        builds.file("site/.dockerignore", "*.md\n");
        builds.file("site/README.md", "not in the image");
        builds.file("site/Dockerfile", """
                FROM BASE/base/box:1 AS build
                ARG GREETING=none
                RUN echo "$GREETING" > /greeting
                FROM BASE/base/box:1
                WORKDIR /site
                COPY . .
                COPY --from=build /greeting /site/greeting
                RUN cat greeting && echo made > /site/made
                EXPOSE 8080
                LABEL of=site
                USER 10001
                ENTRYPOINT ["/bin/sh", "-c", "cat /site/greeting"]
                """.replace("BASE", registry.address()));
    }

    @Test
    void whatBuildahBuildsIsAsAllOtherImages() throws IOException {
        buildahIsThere();
        BuiltImage base = base();
        site();

        BuiltImage image = build(ImageProgram.BUILDAH, Map.of("GREETING", "good morning"), false);

        assertThat(image.baseReference()).isEqualTo(registry.address() + "/base/box:1");
        assertThat(image.baseDigest()).isEqualTo(base.digest());
        assertThat(image.layers().get(0).digest())
                .as("the base's layer as its registry has it")
                .isEqualTo(base.layers().get(0).digest());
        assertThat(image.user()).isEqualTo("10001");
        assertThat(image.exposedPorts()).containsExactly("8080/tcp");
        assertThat(image.entrypoint()).containsExactly("/bin/sh", "-c", "cat /site/greeting");
        assertThat(Builds.config(image).path("config").path("WorkingDir").asString())
                .isEqualTo("/site");
        assertThat(Builds.config(image).path("config").path("Env").toString()).contains("KIND=box");
        assertThat(Builds.config(image).path("created").asString()).isEqualTo("2026-02-03T04:05:06Z");
        assertThat(Builds.config(image).path("config").path("Labels").toString())
                .contains("\"of\":\"site\"", "image.revision\":\"4f2c1d\"")
                .doesNotContain("buildah", "somebody");
        assertThat(Builds.manifest(image).path("annotations").toString())
                .contains("base.digest\":\"" + base.digest(), "image.source\":\"https://git.example.org/shop.git\"");
        assertThat(image.bom()).exists();

        Map<String, Builds.Entry> files = new HashMap<>();
        for (BuiltImage.Layer each : image.layers().subList(1, image.layers().size())) {
            files.putAll(Builds.entries(Builds.blob(image, each.digest())));
        }
        assertThat(files.get("site/greeting").text()).isEqualTo("good morning\n");
        assertThat(files.get("site/made").text()).isEqualTo("made\n");
        assertThat(files.get("site/page.html").text()).isEqualTo("<h1>shop</h1>");
        assertThat(files.keySet()).noneMatch(each -> each.contains("README") || each.contains(".octavo"));
        assertThat(files.values())
                .allSatisfy(each -> assertThat(each.modified()).isEqualTo(Instant.ofEpochSecond(1)));
        assertThat(Builds.config(image).toString()).doesNotContain("good morning");
        assertThat(image.layers()).anyMatch(each -> each.name().startsWith("RUN cat greeting"));
    }

    @Test
    void theSameInputsAreTheSameImageAndNothingIsRunForThem() throws IOException {
        buildahIsThere();
        base();
        site();
        BuiltImage first = build(ImageProgram.BUILDAH, Map.of(), false);

        BuiltImage again = build(ImageProgram.BUILDAH, Map.of(), false);
        assertThat(builds.heard.progress).anyMatch(each -> each.contains("has changed since it was built here"));
        BuiltImage fresh = build(ImageProgram.BUILDAH, Map.of(), true);
        builds.file("site/page.html", "<h1>another</h1>");
        BuiltImage other = build(ImageProgram.BUILDAH, Map.of(), false);

        assertThat(again.digest()).isEqualTo(first.digest());
        assertThat(again.inputs()).isEqualTo(first.inputs());
        assertThat(fresh.digest()).isEqualTo(first.digest());
        assertThat(other.digest()).isNotEqualTo(first.digest());
    }

    @Test
    void theInstructionThatFailsIsNamedAndNoSecretIs() throws IOException {
        buildahIsThere();
        base();
        site();
        builds.file("site/Dockerfile", """
                FROM BASE/base/box:1
                ARG API_TOKEN
                COPY page.html /
                RUN echo "token: $API_TOKEN" && \\
                    exit 3
                """.replace("BASE", registry.address()));

        EngineException failure = catchThrowableOfType(
                EngineException.class, () -> build(ImageProgram.BUILDAH, Map.of("API_TOKEN", SECRET), false));

        assertThat(failure.code()).isEqualTo(ErrorCode.BUILD_IMAGE);
        assertThat(failure.where()).isEqualTo("site/Dockerfile:4");
        assertThat(failure.what()).contains("its RUN ends with an error");
        assertThat(failure.why())
                .contains("exit 3", "exit status 3", "token: ****")
                .doesNotContain(SECRET);
    }

    @Test
    void aBaseThatIsNotThereIsToldWithItsLine() throws IOException {
        buildahIsThere();
        builds.file("site/Dockerfile", "FROM " + registry.address() + "/base/none:1\nRUN true\n");

        EngineException failure =
                catchThrowableOfType(EngineException.class, () -> build(ImageProgram.BUILDAH, Map.of(), false));

        assertThat(failure.code()).isEqualTo(ErrorCode.BUILD_BASE);
        assertThat(failure.where()).isEqualTo("site/Dockerfile:1");
    }

    @Test
    void aProgramThatIsMissingIsToldWithAWayToGetIt() throws IOException {
        builds.file("site/Dockerfile", "FROM scratch\nCOPY a /a\n");
        environment.put("PATH", folder.toString());

        EngineException one =
                catchThrowableOfType(EngineException.class, () -> build(ImageProgram.BUILDAH, Map.of(), false));
        EngineException both = catchThrowableOfType(EngineException.class, () -> new ImageBuilder()
                .build(
                        ImageSpec.program(
                                "site",
                                new DockerfileRun(
                                        Path.of("site/Dockerfile"),
                                        Path.of("site"),
                                        List.of(ImageProgram.BUILDAH, ImageProgram.DOCKER),
                                        false),
                                Builds.ORIGIN),
                        context()));

        assertThat(one.code()).isEqualTo(ErrorCode.BUILD_TOOL);
        assertThat(one.what()).startsWith("buildah cannot be found");
        assertThat(one.fix()).contains("apt-get install buildah");
        assertThat(both.what()).startsWith("Neither buildah nor docker can be found");
    }

    // ---- Docker's client, played by a script

    private Path docker(String build) throws IOException {
        Path script = Files.createDirectories(folder.resolve("bin")).resolve("docker");
        Files.writeString(script, """
                #!/bin/sh
                here=%s
                if [ "$1" = save ]; then
                  shift
                  while [ $# -gt 1 ]; do [ "$1" = -o ] && cp "$here/saved.tar" "$2"; shift; done
                  exit 0
                fi
                printf '%%s\\n' "$@" > "$here/words"
                env > "$here/environment"
                cat "${DOCKER_CONFIG:-/nowhere}/config.json" > "$here/login" 2>/dev/null
                while [ $# -gt 0 ]; do
                  [ "$1" = --iidfile ] && echo sha256:0123 > "$2"
                  [ "$1" = -f ] && cp "$2" "$here/Dockerfile" && cp "$2.dockerignore" "$here/ignored"
                  shift
                done
                %s
                """.formatted(folder, build));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        environment.put("PATH", folder.resolve("bin") + ":/usr/bin:/bin");
        return script;
    }

    private static byte[] tar(Map<String, byte[]> files, long seconds) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                TarArchiveEntry entry = new TarArchiveEntry(each.getKey());
                entry.setSize(each.getValue().length);
                entry.setModTime(new Date(seconds * 1000));
                tar.putArchiveEntry(entry);
                tar.write(each.getValue());
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    /** What {@code docker save} would write of an image with one layer over the base's. */
    private void saved(List<BuiltImage.Layer> below, List<String> belowIds, long seconds) throws IOException {
        byte[] layer = tar(Map.of("site/made", Builds.bytes("made")), seconds);
        List<String> ids = new ArrayList<>(belowIds);
        ids.add(Digests.of(layer));
        String config = """
                {"architecture":"amd64","os":"linux","config":{"User":"10001","Entrypoint":["/bin/sh"],"Env":["A=b"]},
                 "rootfs":{"type":"layers","diff_ids":["%s"]},
                 "history":[%s{"created_by":"|1 GREETING=hello /bin/sh -c echo made > /site/made # buildkit"},
                            {"created_by":"USER 10001","empty_layer":true}]}
                """.formatted(String.join("\",\"", ids), "{\"created_by\":\"base\"},".repeat(below.size()));
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < below.size(); i++) {
            names.append("\"below").append(i).append("/layer.tar\",");
        }
        Map<String, byte[]> all = new HashMap<>();
        all.put("layer/layer.tar", layer);
        all.put("config.json", Builds.bytes(config));
        all.put(
                "manifest.json",
                Builds.bytes("[{\"Config\":\"config.json\",\"Layers\":[" + names + "\"layer/layer.tar\"]}]"));
        Files.write(folder.resolve("saved.tar"), tar(all, seconds));
    }

    @Test
    void dockerGetsPinnedBasesArgumentsByTheirNamesAndALoginInAFile() throws IOException {
        BuiltImage base = base();
        docker("exit 0");
        saved(
                base.layers(),
                List.of(Builds.config(base)
                        .path("rootfs")
                        .path("diff_ids")
                        .path(0)
                        .asString()),
                1_800_000_000);
        builds.file("site/Dockerfile", "FROM " + registry.address() + "/base/box:1\nARG GREETING\nRUN echo made\n");
        environment.put("REGISTRY_USERNAME", "amy");
        environment.put("REGISTRY_PASSWORD", "the-password");
        ImageSpec spec =
                spec(ImageProgram.DOCKER, Map.of("GREETING", "hello"), false).withOwnRegistry(registry.address());

        BuiltImage image = new ImageBuilder().build(spec, context());

        String words = Files.readString(folder.resolve("words"));
        assertThat(words).contains("--build-arg\nGREETING\n").doesNotContain("hello", "the-password", "amy");
        assertThat(Files.readString(folder.resolve("Dockerfile")))
                .startsWith("FROM " + registry.address() + "/base/box@" + base.digest());
        assertThat(Files.readString(folder.resolve("ignored"))).contains(".octavo");
        assertThat(Files.readString(folder.resolve("environment")))
                .contains("GREETING=hello")
                .doesNotContain(SECRET, "the-password");
        assertThat(Files.readString(folder.resolve("login"))).contains(registry.address(), "YW15OnRoZS1wYXNzd29yZA==");
        assertThat(image.layers().get(0).digest())
                .isEqualTo(base.layers().get(0).digest());
        assertThat(image.layers().get(1).name()).isEqualTo("RUN echo made > /site/made");
        assertThat(Builds.config(image).toString()).doesNotContain("hello");
        assertThat(Builds.entries(image, "RUN echo made > /site/made")
                        .get("site/made")
                        .text())
                .isEqualTo("made");
        assertThat(builds.context.cache().resolve("images/tmp")).isEmptyDirectory();
    }

    @Test
    void whatDockerBuildsLaterIsTheSameImage() throws IOException {
        docker("exit 0");
        builds.file("site/Dockerfile", "FROM scratch\nRUN echo made\n");
        saved(List.of(), List.of(), 1_800_000_000);
        BuiltImage first = build(ImageProgram.DOCKER, Map.of(), true);
        saved(List.of(), List.of(), 1_900_000_000);

        assertThat(build(ImageProgram.DOCKER, Map.of(), true).digest()).isEqualTo(first.digest());
    }

    @Test
    void whatDockerMarksIsTheInstructionThatFails() throws IOException {
        docker("""
                cat <<'OUT'
                #5 [2/2] RUN false
                #5 ERROR: process "/bin/sh -c false" did not complete successfully: exit code: 1
                ------
                Dockerfile:3
                --------------------
                   2 |     COPY a /a
                   3 | >>> RUN false
                --------------------
                ERROR: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1
                OUT
                exit 1""");
        builds.file("site/Dockerfile", "FROM scratch\nCOPY a /a\nRUN false\n");

        EngineException failure =
                catchThrowableOfType(EngineException.class, () -> build(ImageProgram.DOCKER, Map.of(), false));

        assertThat(failure.where()).isEqualTo("site/Dockerfile:3");
        assertThat(failure.why()).startsWith("RUN false").contains("exit code: 1");
    }

    @Test
    void aDaemonThatIsNotThereIsToldSo() throws IOException {
        docker("echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.'; exit 1");
        builds.file("site/Dockerfile", "FROM scratch\nCOPY a /a\n");

        EngineException failure =
                catchThrowableOfType(EngineException.class, () -> build(ImageProgram.DOCKER, Map.of(), false));

        assertThat(failure.fix()).contains("start Docker's daemon", "buildah");
    }

    @Test
    void anArgumentCannotTakeTheProgramsOwnVariables() throws IOException {
        docker("exit 0");
        builds.file("site/Dockerfile", "FROM scratch\nCOPY a /a\n");

        EngineException failure = catchThrowableOfType(
                EngineException.class, () -> build(ImageProgram.DOCKER, Map.of("PATH", "/tmp"), false));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
    }
}
