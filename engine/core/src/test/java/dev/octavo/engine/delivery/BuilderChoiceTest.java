package dev.octavo.engine.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.catalog.BuildTool;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.catalog.ServiceDetails;
import dev.octavo.engine.catalog.ServiceKind;
import dev.octavo.engine.image.BuiltImage;
import dev.octavo.engine.image.registry.StubRegistry;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who builds an image, as the request and delivery.yaml have it. No program is on the PATH. */
class BuilderChoiceTest {
    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        Files.createDirectories(folder.resolve("site/docker"));
        Files.writeString(folder.resolve("site/page.html"), "page");
        Files.writeString(folder.resolve("site/Dockerfile"), "FROM scratch\nCOPY page.html /\nUSER 1\n");
        Files.writeString(
                folder.resolve("site/docker/other"),
                "FROM scratch\nARG EDITION=small\nCOPY page.html /\nLABEL edition=$EDITION\nUSER 2\n");
    }

    private BuiltImage build(String dockerfile, Map<String, ?> inputs) throws IOException {
        RunRecord record = RunRecord.begin(folder);
        record.put(
                SourceOperation.PART,
                new SourceResult(
                        "https://git.example.org/shop.git",
                        "main",
                        "4f2c1d0000000000000000000000000000000001",
                        "4f2c1d0",
                        Instant.parse("2026-02-03T04:05:06Z"),
                        "amy",
                        "m",
                        true,
                        ""));
        record.put(
                "site",
                Chosen.PART,
                new Microservice(
                        "site",
                        "site",
                        ServiceKind.STATIC,
                        BuildTool.NONE,
                        "site",
                        "",
                        0,
                        8080,
                        "",
                        "",
                        dockerfile,
                        Map.of(),
                        List.of("site"),
                        "",
                        ServiceDetails.UNKNOWN));
        ImageRequest request = Requests.bind("image", ImageRequest.class, inputs, Map.of());
        return new ImageOperation()
                .run(
                        request,
                        StubRegistry.context(
                                folder, Map.of("HOME", folder.toString(), "PATH", "/none"), new Cancellation()))
                .services()
                .get(0)
                .image();
    }

    private EngineException failure(String dockerfile, Map<String, ?> inputs) {
        return catchThrowableOfType(EngineException.class, () -> build(dockerfile, inputs));
    }

    @Test
    void nothingIsRunUnlessThatIsAskedFor() throws IOException {
        assertThat(build("site/Dockerfile", Map.of()).user()).isEqualTo("1");
    }

    @Test
    void deliveryYamlNamesABuilderAndTheRequestAnother() throws IOException {
        Files.writeString(folder.resolve("delivery.yaml"), "services:\n  site: {builder: dockerfile}\n");

        EngineException failure = failure("site/Dockerfile", Map.of());

        assertThat(failure.code()).isEqualTo(ErrorCode.BUILD_TOOL);
        assertThat(failure.what()).startsWith("Neither buildah nor docker");
        assertThat(build("site/Dockerfile", Map.of("builder", "jib")).user()).isEqualTo("1");
        assertThat(failure("site/Dockerfile", Map.of("builder", "docker")).what())
                .startsWith("docker cannot be found");
    }

    @Test
    void anotherDockerfileAndItsArgumentsCountForAllBuilders() throws IOException {
        Files.writeString(
                folder.resolve("delivery.yaml"),
                "services:\n  site: {dockerfile: docker/other, buildArguments: {EDITION: full}}\n");

        BuiltImage described = build("site/Dockerfile", Map.of());
        BuiltImage asked = build("site/Dockerfile", Map.of("buildArguments", Map.of("EDITION", "other")));

        assertThat(described.user()).isEqualTo("2");
        assertThat(asked.digest()).isNotEqualTo(described.digest());
        assertThat(build("site/Dockerfile", Map.of("dockerfile", "Dockerfile")).user())
                .isEqualTo("1");
    }

    @Test
    void whatIsNotThereIsTold() {
        assertThat(failure(null, Map.of("builder", "buildah")).what()).contains("has no Dockerfile");
        assertThat(failure("site/Dockerfile", Map.of("dockerfile", "none")).why())
                .isEqualTo("no such file is in the sources");
        assertThat(failure("site/Dockerfile", Map.of("dockerfile", "../../x")).code())
                .isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(failure("site/Dockerfile", Map.of("builder", "kaniko")).why())
                .contains("jib, dockerfile");
    }
}
