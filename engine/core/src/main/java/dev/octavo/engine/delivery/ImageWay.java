package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.catalog.Microservice;
import dev.octavo.engine.image.ImageProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the image of a microservice is made: as the request says, else as delivery.yaml says.
 *
 * @param service with the Dockerfile that was asked for
 * @param programs that may run its Dockerfile, the best first; none where nothing is run
 */
record ImageWay(Microservice service, List<ImageProgram> programs, Map<String, String> buildArguments) {
    private static final String JIB = "jib";
    private static final String DOCKERFILE = "dockerfile";

    static ImageWay of(Microservice service, ImageRequest request, EngineContext context) {
        Optional<DeliveryFile> described = DeliveryFile.nearest(context.workspace(), service.directory());
        String builder = first(request.builder(), described.map(file -> file.builder(service.name())), JIB);
        String dockerfile = first(request.dockerfile(), described.map(file -> file.dockerfile(service.name())), "");
        Map<String, String> arguments = new LinkedHashMap<>(
                described.map(file -> file.buildArguments(service.name())).orElse(Map.of()));
        arguments.putAll(request.buildArguments());
        Microservice its = dockerfile.isEmpty() ? service : withDockerfile(service, dockerfile, context);
        List<ImageProgram> programs = programs(builder);
        if (!programs.isEmpty() && its.dockerfile() == null) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "\"" + service.name() + "\" has no Dockerfile to build its image by",
                    service.directory(),
                    "the builder is " + builder,
                    "write a Dockerfile there, name one by dockerfile, or leave builder out; delivery.yaml may name a"
                            + " builder for single microservices");
        }
        return new ImageWay(its, programs, Map.copyOf(arguments));
    }

    private static String first(String asked, Optional<String> described, String otherwise) {
        return asked.isEmpty() ? described.filter(each -> !each.isEmpty()).orElse(otherwise) : asked;
    }

    private static List<ImageProgram> programs(String builder) {
        return switch (builder) {
            case JIB -> List.of();
            case DOCKERFILE -> List.of(ImageProgram.BUILDAH, ImageProgram.DOCKER);
            case "buildah" -> List.of(ImageProgram.BUILDAH);
            case "docker" -> List.of(ImageProgram.DOCKER);
            default ->
                throw new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        "\"" + builder + "\" builds no images here",
                        "builder",
                        "the builders are " + JIB + ", " + DOCKERFILE + " (whichever there is), buildah and docker",
                        "choose one of these");
        };
    }

    private static Microservice withDockerfile(Microservice service, String dockerfile, EngineContext context) {
        Path path = Path.of(service.directory()).resolve(dockerfile).normalize();
        if (path.isAbsolute()
                || path.startsWith("..")
                || !Files.isRegularFile(context.workspace().resolve(path))) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "The Dockerfile of \"" + service.name() + "\" is not there",
                    path.toString(),
                    "no such file is in the sources",
                    "name it from the microservice's folder, " + service.directory());
        }
        return new Microservice(
                service.name(),
                service.directory(),
                service.kind(),
                service.buildTool(),
                service.buildDirectory(),
                service.module(),
                service.javaLevel(),
                service.port(),
                service.contextPath(),
                service.healthPath(),
                path.toString().replace('\\', '/'),
                service.manifests(),
                service.modules(),
                service.artifact(),
                service.details());
    }
}
